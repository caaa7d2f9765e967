/**
 * @typedef {import('./summary-reporter.mjs').TestResults} TestResults
 *
 * @typedef {object} TaskRun One task of turbo's run summary, as far as it is needed here.
 * @property {string} taskId as in `@latchkey/db#test`
 * @property {string} task
 * @property {string} package
 * @property {string} directory relative to the root
 * @property {string} command
 * @property {{ exitCode?: number | null, error?: string } | undefined} [execution] missing when turbo never came to it
 *
 * @typedef {object} Sum
 * @property {number} passed
 * @property {number} failed
 * @property {number} testsRun how many of them were tests, not checks
 * @property {{ name: string, reason: string }[]} skipped
 * @property {{ name: string, reason: string }[]} failures
 */

/** The one task whose tests are counted one by one. Every other task is one check. */
const TEST_TASK = 'test';
/** How turbo names the command of a package that has no such script. */
const NO_COMMAND = '<NONEXISTENT>';

/**
 * Adds up what a run of the pipeline came to.
 *
 * @param {object} run
 * @param {TaskRun[]} run.tasks
 * @param {number} run.exitCode turbo's
 * @param {(directory: string) => TestResults | undefined} run.readResults what the tests of a package left
 * @returns {Sum}
 */
export function sumUp({ tasks, exitCode, readResults }) {
  const sums = tasks
    .filter(({ command }) => command !== NO_COMMAND)
    .map((run) => (run.task === TEST_TASK ? sumOfTests(run, readResults(run.directory)) : sumOfCheck(run)));
  const sum = sums.reduce(add, nothing());
  if (exitCode === 0 || sum.failed > 0) return sum;
  return add(sum, failure('turbo', `ended with exit code ${exitCode}, and no task says why`));
}

/**
 * @param {TaskRun} run
 * @returns {Sum}
 */
function sumOfCheck(run) {
  return isFine(run) ? { ...nothing(), passed: 1 } : failure(run.taskId, whatHappened(run));
}

/**
 * @param {TaskRun} run
 * @param {TestResults | undefined} results
 * @returns {Sum}
 */
function sumOfTests(run, results) {
  const { passed, failed, skipped, failures } = results ?? {
    passed: 0,
    failed: 0,
    skipped: [],
    failures: [],
  };
  /** @param {{ name: string, reason: string }} test */
  const named = ({ name, reason }) => ({ name: `${run.package} ${name}`, reason });
  const sum = {
    passed,
    failed,
    testsRun: passed + failed,
    skipped: skipped.map(named),
    failures: failures.map(named),
  };
  // It crashed, or fails for something beside its tests (a coverage threshold, a second command).
  return isFine(run) || failed > 0 ? sum : add(sum, failure(run.taskId, whatHappened(run)));
}

/** @param {TaskRun} run */
function isFine({ execution }) {
  return execution?.exitCode === 0;
}

/** @param {TaskRun} run */
function whatHappened({ execution }) {
  if (!execution) return 'did not run';
  return typeof execution.exitCode === 'number'
    ? `ended with exit code ${execution.exitCode}`
    : (execution.error ?? 'did not end');
}

/** @returns {Sum} */
function nothing() {
  return { passed: 0, failed: 0, testsRun: 0, skipped: [], failures: [] };
}

/**
 * One failed check.
 *
 * @param {string} name
 * @param {string} reason
 * @returns {Sum}
 */
export function failure(name, reason) {
  return { ...nothing(), failed: 1, failures: [{ name, reason }] };
}

/**
 * @param {Sum} one
 * @param {Sum} other
 * @returns {Sum}
 */
function add(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    testsRun: one.testsRun + other.testsRun,
    skipped: [...one.skipped, ...other.skipped],
    failures: [...one.failures, ...other.failures],
  };
}

/**
 * The end of `npm test`: what failed and what was skipped by name, whatever else makes the run a failed one, and as
 * the last line the numbers.
 *
 * @param {Sum} sum
 * @param {{ maySkip: boolean }} rules
 * @returns {{ text: string, exitCode: number }}
 */
export function report({ passed, failed, skipped, failures, testsRun }, { maySkip }) {
  const objections = [
    ...(testsRun === 0 ? ['No test ran.'] : []),
    ...(skipped.length > 0 && !maySkip
      ? ['With CI set nothing may be skipped (LATCHKEY_ALLOW_SKIPS=1 allows it).']
      : []),
  ];
  const lines = [
    ...failures.map(({ name, reason }) => `failed: ${name}${reason && ` (${reason})`}`),
    ...skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`),
    ...objections,
    `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: failed > 0 || objections.length > 0 ? 1 : 0 };
}
