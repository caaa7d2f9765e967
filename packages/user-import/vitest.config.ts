import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { enginesUnderTest } from '@latchkey/db/testing';
import { defineConfig } from 'vitest/config';

// These files run on each engine. The others use SQLite or no database.
const onEach = ['src/plan-import.test.ts'];
// This one adds columns to the entity of users.
const isolatedOnEach = ['src/added-columns.test.ts'];

export default defineConfig({
  test: {
    ...testOptions,
    // Files of a worker share the loaded modules, and the databases that they can reuse.
    isolate: false,
    // A database server often waits for its disk, so more workers than cores are faster.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach, once: ['src/**/*.test.ts'], isolatedOnEach },
      '@latchkey/db/drop-test-databases',
    ),
  },
});
