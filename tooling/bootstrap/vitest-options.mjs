import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { configDefaults } from 'vitest/config';

/** Set by the `test:fast` scripts of `pnpm check`, which run on SQLite and leave out files named `*.slow.test.ts`. */
const isFast = process.env.LATCHKEY_FAST === '1';

/** Options of every package's tests: `export default defineConfig({ test: testOptions })`. */
export const testOptions = {
  // The second one writes the results that `npm test` counts.
  reporters: isFast ? ['default'] : ['default', '@latchkey/bootstrap/summary-reporter'],
  exclude: isFast ? [...configDefaults.exclude, '**/*.slow.test.*'] : configDefaults.exclude,
  // Only for tests that hang: on a busy machine, a long run time is not a failure.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/**
 * One Vitest project for each database engine, which runs the same test files. The tests of an engine that is not
 * available are reported as skipped with the reason.
 *
 * @param {readonly { engine: string, problem: string | null }[]} engines
 * @param {object} files
 * @param {string[]} files.onEach files that run on every engine
 * @param {string[]} [files.once] files that run once, in the first engine's project
 * @param {string[]} [files.isolatedOnEach] files that run on every engine in workers of their own, because they change
 *   shared modules
 * @param {string} globalSetup a module that cleans up after the tests of each project
 */
export function engineProjects(engines, { onEach, once = [], isolatedOnEach = [] }, globalSetup) {
  const run = randomBytes(4).toString('hex');
  return (isFast ? engines.slice(0, 1) : engines).flatMap(({ engine, problem }, index) => {
    const options = {
      env: {
        LATCHKEY_TEST_ENGINE: engine,
        LATCHKEY_TEST_RUN: run,
        ...(problem !== null && { LATCHKEY_SKIP_REASON: problem }),
      },
      globalSetup,
      ...(problem !== null && { runner: fileURLToPath(import.meta.resolve('./skipping-runner.mjs')) }),
    };
    const shared = {
      ...options,
      name: engine,
      include: index === 0 ? [...onEach, ...once] : onEach,
      exclude: [...testOptions.exclude, ...isolatedOnEach],
    };
    const isolated = { ...options, name: `${engine}, isolated`, include: isolatedOnEach, isolate: true };
    return [shared, ...(isolatedOnEach.length > 0 ? [isolated] : [])].map((test) => ({
      extends: /** @type {const} */ (true),
      test,
    }));
  });
}
