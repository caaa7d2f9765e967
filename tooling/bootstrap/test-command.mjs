import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BuildFailed } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { cloneAt, workspaceFolders } from './clone.mjs';
import { runCommand } from './command.mjs';
import { UserError, exitWith } from './user-error.mjs';
import { failure, report, sumUp } from './results.mjs';
import { setUp, underLock } from './setup.mjs';
import { listenForStop } from './stop.mjs';
import { RESULTS_FILE } from './summary-reporter.mjs';
import { TURBO_OPTIONS, turboBinary, turboEnvironment } from './turbo.mjs';

/** What the command line may say otherwise. */
const DEFAULTS = {
  '--output-logs': 'new-only',
  // As many tasks as there are cores: tests start servers and browsers of their own.
  '--concurrency': Math.max(2, availableParallelism()),
};

/** The pipeline, in turbo.json's names. */
const TASKS = ['lint', 'format', 'types', 'import-rules', 'build', 'test'];

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {import('./stop.mjs').Stop} Stop
 */

/**
 * @param {string[]} given the command line's arguments, for turbo
 */
export function runTest(given) {
  const stop = listenForStop();
  return exitWith(async () => {
    const sum = await testEverything(cloneAt(), { given, stop }).catch(countAsFailure);
    const { text, exitCode } = report(sum, {
      maySkip: !isOn(process.env.CI) || isOn(process.env.LATCHKEY_ALLOW_SKIPS),
    });
    process.stdout.write(`\n${text}`);
    return exitCode;
  });
}

/**
 * @param {Clone} clone
 * @param {{ given: string[], stop: Stop }} options
 */
async function testEverything(clone, { given, stop }) {
  const chromium = findChromium(process.env);
  if (!chromium) sayHowToGetChromium();

  await setUp(clone, { stop, isVerbose: isOn(process.env.LATCHKEY_VERBOSE) }).catch((error) => {
    // The pipeline builds again, shows what is wrong and goes on with everything else.
    if (!(error instanceof BuildFailed)) throw error;
  });
  return runPipeline(clone, { given, chromium, stop });
}

/**
 * Whoever waits for the last line gets one, too, when nothing could be tested.
 *
 * @param {unknown} error
 */
function countAsFailure(error) {
  if (!(error instanceof UserError)) throw error;
  if (error.detail) process.stderr.write(`${error.detail.trimEnd()}\n`);
  return failure('npm test', error.message);
}

function sayHowToGetChromium() {
  const command = process.platform === 'darwin' ? 'brew install --cask chromium' : 'apt-get install chromium';
  process.stderr.write(`No Chromium here, so the browser tests will be skipped by name: ${command}\n`);
}

/**
 * Two that test the same clone come one after the other: they would count each other's results.
 *
 * @param {Clone} clone
 * @param {{ given: string[], chromium: string, stop: Stop }} options
 */
function runPipeline(clone, { given, chromium, stop }) {
  return underLock(
    clone,
    { name: 'test', reason: 'Another npm test is running here', stop },
    async (lock) => {
      // What a former run left is not this run's; turbo puts the file of a cached task back.
      for (const folder of workspaceFolders(clone))
        rmSync(join(clone.root, folder, RESULTS_FILE), { force: true });
      rmSync(summariesOf(clone), { recursive: true, force: true });
      const { code } = await runCommand(turboCommand(clone, given), {
        cwd: clone.root,
        node: clone.node,
        env: { ...turboEnvironment(clone, process.env), LATCHKEY_CHROMIUM: chromium },
        output: 'direct',
        stop,
        onStart: lock.setWorker,
      });
      return sumUp({
        tasks: readRunSummary(clone),
        exitCode: code,
        readResults: (directory) => readResults(join(clone.root, directory, RESULTS_FILE)),
      });
    },
  );
}

/**
 * @param {Clone} clone
 * @param {string[]} given
 * @returns {[string, ...string[]]}
 */
function turboCommand(clone, given) {
  const defaults = Object.entries(DEFAULTS)
    .filter(([option]) => !given.some((argument) => argument.split('=')[0] === option))
    .map(([option, value]) => `${option}=${value}`);
  return [
    turboBinary(clone),
    'run',
    ...TASKS,
    '--continue=always',
    '--summarize',
    ...TURBO_OPTIONS,
    ...defaults,
    ...given,
  ];
}

/** @param {Clone} clone */
function summariesOf({ root }) {
  return join(root, '.turbo/runs');
}

/**
 * What turbo wrote about the one run since the folder was cleared.
 *
 * @param {Clone} clone
 * @returns {import('./results.mjs').TaskRun[]}
 */
function readRunSummary(clone) {
  const folder = summariesOf(clone);
  const [file] = existsSync(folder) ? readdirSync(folder) : [];
  // turbo says itself what it could not do, in the output that was just shown.
  if (!file) throw new UserError('turbo ended without running anything, so there is nothing to count.');
  return JSON.parse(readFileSync(join(folder, file), 'utf8')).tasks;
}

/**
 * @param {string} file
 * @returns {import('./summary-reporter.mjs').TestResults | undefined}
 */
function readResults(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** @param {string | undefined} value */
function isOn(value = '') {
  return !['', '0', 'false'].includes(value);
}
