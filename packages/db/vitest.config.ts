import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { enginesUnderTest } from './src/testing.ts';
import { defineConfig } from 'vitest/config';

// The other files have no database, or choose their engines themselves.
const onEach = [
  'src/engines.test.ts',
  'src/connection/{time-limit,with-retries,tls}.test.ts',
  'src/stores/**/*.test.ts',
];

export default defineConfig({
  test: {
    ...testOptions,
    // Files of a worker share the loaded modules, and the databases that they can reuse.
    isolate: false,
    // A server often waits for its disk.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach, once: ['src/**/*.test.ts'] },
      './src/drop-test-databases.ts',
    ),
  },
});
