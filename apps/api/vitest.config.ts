import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { enginesUnderTest } from '@latchkey/db/testing';
import { defineConfig } from 'vitest/config';

// Files about what is stored. The others do not depend on the engine.
const onEach = [
  'src/{sign-in-races,stop}.slow.test.ts',
  'src/{account,account-erasure,all-or-nothing,changed-credentials,outage.slow,request-cost,signing-in,start-api}.test.ts',
];

export default defineConfig({
  test: {
    ...testOptions,
    // Loading the API takes a second of CPU for each worker; its modules keep no state between files.
    isolate: false,
    // A server often waits for its disk.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach, once: ['src/**/*.test.ts'] },
      '@latchkey/db/drop-test-databases',
    ),
  },
});
