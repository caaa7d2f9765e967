import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { enginesUnderTest } from '@latchkey/db/testing';
import { defineConfig } from 'vitest/config';

// These files run on each engine. The others use SQLite or no database.
const onEach = ['src/{added-columns,plan-import}.test.ts'];

export default defineConfig({
  test: {
    ...testOptions,
    // A database server often waits for its disk, so more workers than cores are faster.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach, once: ['src/**/*.test.ts'] },
      '@latchkey/db/drop-test-databases',
    ),
  },
});
