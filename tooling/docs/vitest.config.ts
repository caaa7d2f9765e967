import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', '@latchkey/bootstrap/summary-reporter'],
    testTimeout: 60_000,
    // Building the pages of the walk-through takes longest.
    hookTimeout: 180_000,
  },
});
