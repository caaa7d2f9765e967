import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';
import { enginesUnderTest } from './src/testing.ts';

const onEach = [
  'src/database.test.ts',
  'src/migrating/**/*.test.ts',
  'src/engines.test.ts',
  'src/retrying.test.ts',
  'src/opening/tls.test.ts',
  'src/moving/import-users.test.ts',
  'src/seeding/{factories,seed-users}.test.ts',
];

export default defineConfig({
  test: {
    ...testOptions,
    // Much of the time, a server waits for its disk.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach, once: ['src/**/*.test.ts'] },
      './src/drop-test-databases.ts',
    ),
  },
});
