import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** What every package's tests have in common: `export default defineConfig({ test: testOptions })`. */
export const testOptions = {
  // For the sum that `npm test` ends with.
  reporters: ['default', '@latchkey/bootstrap/summary-reporter'],
  // A test that hangs should end; how long one takes says nothing, on a machine that does other things as well.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/**
 * The same test files once for each database engine, every engine a project with its name. Where one cannot be tested,
 * each of its tests is skipped by name, and says why.
 *
 * @param {readonly { engine: string, problem: string | null }[]} engines
 * @param {object} files
 * @param {string[]} files.onEach those that have to do with the engine
 * @param {string[]} [files.once] all others, which run beside the first engine's
 * @param {string} globalSetup what is done after the tests of each
 */
export function engineProjects(engines, { onEach, once = [] }, globalSetup) {
  const run = randomBytes(4).toString('hex');
  return engines.map(({ engine, problem }, index) => ({
    extends: /** @type {const} */ (true),
    test: {
      name: engine,
      include: index === 0 ? [...onEach, ...once] : onEach,
      env: {
        LATCHKEY_TEST_ENGINE: engine,
        LATCHKEY_TEST_RUN: run,
        ...(problem !== null && { LATCHKEY_WHY_SKIPPED: problem }),
      },
      globalSetup,
      ...(problem !== null && { runner: fileURLToPath(import.meta.resolve('./skipping-runner.mjs')) }),
    },
  }));
}
