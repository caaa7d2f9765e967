import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { enginesUnderTest } from '@latchkey/db/testing';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    ...testOptions,
    // Much of the time, a server waits for its disk.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach: ['src/!(snippets).test.ts'], once: ['src/**/*.test.ts'] },
      '@latchkey/db/drop-test-databases',
    ),
  },
});
