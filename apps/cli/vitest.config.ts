import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', '@latchkey/bootstrap/summary-reporter'],
    // Each command is a process of its own, several of them in a test.
    testTimeout: 60_000,
  },
});
