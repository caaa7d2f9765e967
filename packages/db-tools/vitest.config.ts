import { engineProjects, testOptions } from '@latchkey/bootstrap/vitest-options';
import { enginesUnderTest } from '@latchkey/db/testing';
import { defineConfig } from 'vitest/config';

// The other files have no database, or choose their engines themselves.
const onEach = [
  'src/backup/reset-renamed-tables.test.ts',
  'src/backup/restore-leftovers.slow.test.ts',
  'src/seed/{factories,row-writer,seed-users}.test.ts',
];
// This one adds columns to the entities.
const isolatedOnEach = ['src/added-columns.test.ts'];

export default defineConfig({
  test: {
    ...testOptions,
    // Files of a worker share the loaded modules, and the databases that they can reuse.
    isolate: false,
    // A server often waits for its disk.
    maxWorkers: 3,
    projects: engineProjects(
      await enginesUnderTest(),
      { onEach, once: ['src/**/*.test.ts'], isolatedOnEach },
      '@latchkey/db/drop-test-databases',
    ),
  },
});
