import { defineConfig } from 'vitest/config';
import { testOptions } from './vitest-options.mjs';

export default defineConfig({
  test: {
    ...testOptions,
    // Most of these tests start processes, possibly while the rest of the pipeline runs.
    testTimeout: 30_000,
  },
});
