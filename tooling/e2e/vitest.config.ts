import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', '@latchkey/bootstrap/summary-reporter'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
