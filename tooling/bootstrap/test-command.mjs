import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BuildError } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { locateClone, workspaceFolders } from './clone.mjs';
import { prepareClone, withLock } from './prepare-clone.mjs';
import { runCommand } from './run-command.mjs';
import { listenForStopRequests } from './stop-request.mjs';
import { RESULTS_FILE } from './summary-reporter.mjs';
import { failure, formatSummary, summarize } from './test-summary.mjs';
import { TURBO_OPTIONS, turboBinary, turboEnvironment } from './turbo.mjs';
import { UserError, exitWith } from './user-error.mjs';

/** Options of turbo that the command line overrides. */
const DEFAULTS = {
  '--output-logs': 'new-only',
  // One task for each core: tests start servers and browsers.
  '--concurrency': Math.max(2, availableParallelism()),
};

/** The tasks of turbo.json that make up the pipeline. */
const TASKS = ['lint:node', 'lint:web', 'format', 'types', 'import-rules', 'words', 'build', 'test'];

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {import('./stop-request.mjs').StopRequest} StopRequest
 */

/**
 * @param {string[]} turboArguments from the command line
 */
export function runTest(turboArguments) {
  const stop = listenForStopRequests();
  return exitWith(async () => {
    const summary = await runChecks(locateClone(), { turboArguments, stop }).catch(toFailure);
    const { text, exitCode } = formatSummary(summary, {
      allowsSkips: !isOn(process.env.CI) || isOn(process.env.LATCHKEY_ALLOW_SKIPS),
    });
    process.stdout.write(`\n${text}`);
    return exitCode;
  });
}

/**
 * @param {Clone} clone
 * @param {{ turboArguments: string[], stop: StopRequest }} options
 */
async function runChecks(clone, { turboArguments, stop }) {
  const chromium = findChromium(process.env);
  if (!chromium) warnAboutMissingChromium();

  await prepareClone(clone, { stop, isVerbose: isOn(process.env.LATCHKEY_VERBOSE) }).catch((error) => {
    // The pipeline builds again, reports the error and runs the other tasks.
    if (!(error instanceof BuildError)) throw error;
  });
  return runPipeline(clone, { turboArguments, chromium, stop });
}

/**
 * An error before the pipeline is one failure, so that the summary line is always printed.
 *
 * @param {unknown} error
 */
function toFailure(error) {
  if (!(error instanceof UserError)) throw error;
  if (error.detail) process.stderr.write(`${error.detail.trimEnd()}\n`);
  return failure('npm test', error.message);
}

function warnAboutMissingChromium() {
  const command = process.platform === 'darwin' ? 'brew install --cask chromium' : 'apt-get install chromium';
  process.stderr.write(
    `Chromium was not found, so the browser tests are skipped. To install it: ${command}\n`,
  );
}

/**
 * Holds a lock, because two runs in one clone would count each other's results.
 *
 * @param {Clone} clone
 * @param {{ turboArguments: string[], chromium: string, stop: StopRequest }} options
 */
function runPipeline(clone, { turboArguments, chromium, stop }) {
  return withLock(clone, { name: 'test', activity: 'testing', stop }, async (lock) => {
    // turbo restores the results of cached tasks. Other results of previous runs must not be counted.
    for (const folder of workspaceFolders(clone))
      rmSync(join(clone.root, folder, RESULTS_FILE), { force: true });
    rmSync(readSummaries(clone), { recursive: true, force: true });
    const { code } = await runCommand(turboCommand(clone, turboArguments), {
      cwd: clone.root,
      node: clone.node,
      env: { ...turboEnvironment(clone, process.env), LATCHKEY_CHROMIUM: chromium },
      output: 'inherit',
      stop,
      lock,
    });
    return summarize({
      tasks: readRunSummary(clone),
      exitCode: code,
      readResults: (directory) => readResults(join(clone.root, directory, RESULTS_FILE)),
    });
  });
}

/**
 * @param {Clone} clone
 * @param {string[]} turboArguments
 * @returns {[string, ...string[]]}
 */
function turboCommand(clone, turboArguments) {
  const defaults = Object.entries(DEFAULTS)
    .filter(([option]) => !turboArguments.some((argument) => argument.split('=')[0] === option))
    .map(([option, value]) => `${option}=${value}`);
  return [
    turboBinary(clone),
    'run',
    ...TASKS,
    '--continue=always',
    '--summarize',
    ...TURBO_OPTIONS,
    ...defaults,
    ...turboArguments,
  ];
}

/** @param {Clone} clone */
function readSummaries({ root }) {
  return join(root, '.turbo/runs');
}

/**
 * Reads turbo's summary of the only run since the folder was cleared.
 *
 * @param {Clone} clone
 * @returns {import('./test-summary.mjs').TaskRun[]}
 */
function readRunSummary(clone) {
  const folder = readSummaries(clone);
  const [file] = existsSync(folder) ? readdirSync(folder) : [];
  // turbo has printed the reason.
  if (!file) throw new UserError('turbo ended without running a task. See the output above.');
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
