/** What every package's tests have in common: `export default defineConfig({ test: testOptions })`. */
export const testOptions = {
  // For the sum that `npm test` ends with.
  reporters: ['default', '@latchkey/bootstrap/summary-reporter'],
  // A test that hangs should end; how long one takes says nothing, on a machine that does other things as well.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};
