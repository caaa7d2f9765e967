/**
 * @typedef {import('./summary-reporter.mjs').TestResults} TestResults
 *
 * @typedef {object} TaskRun One task in turbo's run summary, with the properties that are used here.
 * @property {string} taskId as in `@latchkey/db#test`
 * @property {string} task
 * @property {string} package
 * @property {string} directory relative to the root
 * @property {string} command
 * @property {{ exitCode?: number | null, error?: string } | undefined} [execution] missing when turbo did not start it
 *
 * @typedef {object} Summary
 * @property {number} passed
 * @property {number} failed
 * @property {number} testsRun the number of passed and failed tests, without the other checks
 * @property {{ name: string, reason: string }[]} skipped
 * @property {{ name: string, reason: string }[]} failures
 */

/** The task whose tests are counted individually. Every other task counts as one check. */
const TEST_TASK = 'test';
/** turbo's command for a package without the script. */
const NO_COMMAND = '<NONEXISTENT>';

/**
 * Counts the results of one run of the pipeline.
 *
 * @param {object} run
 * @param {TaskRun[]} run.tasks
 * @param {number} run.exitCode turbo's
 * @param {(directory: string) => TestResults | undefined} run.readResults the test results of a package
 * @returns {Summary}
 */
export function summarize({ tasks, exitCode, readResults }) {
  const summaries = tasks
    .filter(({ command }) => command !== NO_COMMAND)
    .map((run) =>
      run.task === TEST_TASK ? summarizeTests(run, readResults(run.directory)) : summarizeCheck(run),
    );
  const summary = summaries.reduce(add, empty());
  if (exitCode === 0 || summary.failed > 0) return summary;
  return add(summary, failure('turbo', `exit code ${exitCode}, although no task failed`));
}

/**
 * @param {TaskRun} run
 * @returns {Summary}
 */
function summarizeCheck(run) {
  return hasSucceeded(run) ? { ...empty(), passed: 1 } : failure(run.taskId, reasonOf(run));
}

/**
 * @param {TaskRun} run
 * @param {TestResults | undefined} results
 * @returns {Summary}
 */
function summarizeTests(run, results) {
  const { passed, failed, skipped, failures } = results ?? {
    passed: 0,
    failed: 0,
    skipped: [],
    failures: [],
  };
  /** @param {{ name: string, reason: string }} test */
  const withPackage = ({ name, reason }) => ({ name: `${run.package} ${name}`, reason });
  const summary = {
    passed,
    failed,
    testsRun: passed + failed,
    skipped: skipped.map(withPackage),
    failures: failures.map(withPackage),
  };
  // The task failed without a failed test: it crashed, or missed a coverage threshold.
  return hasSucceeded(run) || failed > 0 ? summary : add(summary, failure(run.taskId, reasonOf(run)));
}

/** @param {TaskRun} run */
function hasSucceeded({ execution }) {
  return execution?.exitCode === 0;
}

/** @param {TaskRun} run */
function reasonOf({ execution }) {
  if (!execution) return 'did not run';
  return typeof execution.exitCode === 'number'
    ? `exit code ${execution.exitCode}`
    : (execution.error ?? 'did not end');
}

/** @returns {Summary} */
function empty() {
  return { passed: 0, failed: 0, testsRun: 0, skipped: [], failures: [] };
}

/**
 * One failed check.
 *
 * @param {string} name
 * @param {string} reason
 * @returns {Summary}
 */
export function failure(name, reason) {
  return { ...empty(), failed: 1, failures: [{ name, reason }] };
}

/**
 * @param {Summary} one
 * @param {Summary} other
 * @returns {Summary}
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
 * The last lines of `npm test`: failed and skipped tests with their reasons, then the numbers.
 *
 * @param {Summary} summary
 * @param {{ allowsSkips: boolean }} rules
 * @returns {{ text: string, exitCode: number }}
 */
export function formatSummary({ passed, failed, skipped, failures, testsRun }, { allowsSkips }) {
  const violations = [
    ...(testsRun === 0 ? ['No test ran.'] : []),
    ...(skipped.length > 0 && !allowsSkips
      ? ['Skipped tests are not allowed when CI is set. LATCHKEY_ALLOW_SKIPS=1 allows them.']
      : []),
  ];
  const lines = [
    ...failures.map(({ name, reason }) => `failed: ${name}${reason && ` (${reason})`}`),
    ...skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`),
    ...violations,
    `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: failed > 0 || violations.length > 0 ? 1 : 0 };
}
