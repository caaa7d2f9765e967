import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './summary-reporter.mjs'],
    // Most of these tests start processes, possibly while the rest of the pipeline runs.
    testTimeout: 30_000,
  },
});
