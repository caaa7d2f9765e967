import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { defineConfig } from 'vitest/config';
import { enginesUnderTest } from './src/testing.ts';

// All of them, without those that have no database, and those that choose their engines themselves.
const onEach = [
  'src/!(migrations-page).test.ts',
  'src/!(copying|doctor|keeping)/**/!(find-entities|foreign-database|opening|people|server-url).test.ts',
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
