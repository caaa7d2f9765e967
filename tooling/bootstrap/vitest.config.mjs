import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './summary-reporter.mjs'],
    // Most of these tests start processes, and a whole pipeline may be running beside them.
    testTimeout: 30_000,
  },
});
