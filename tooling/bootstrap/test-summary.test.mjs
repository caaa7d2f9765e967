import { expect, test } from 'vitest';
import { formatSummary, summarize } from './test-summary.mjs';

const success = { exitCode: 0 };
const results = { passed: 2, failed: 0, skipped: [], failures: [] };

test('every check and every test counts as one', () => {
  expect(
    summaryOf([task('lint'), task('types'), task('test')], { readResults: () => results }),
  ).toMatchObject({
    passed: 4,
    failed: 0,
    testsRun: 2,
  });
});

test('a package without the script is not counted', () => {
  expect(summaryOf([{ ...task('lint'), command: '<NONEXISTENT>' }])).toMatchObject({ passed: 0, failed: 0 });
});

test('a package without tests is not a failure', () => {
  expect(summaryOf([task('test')])).toMatchObject({ passed: 0, failed: 0 });
});

test.each([
  ['exit code 3', { exitCode: 3 }],
  ['did not run', undefined],
  ['could not be started', { error: 'could not be started' }],
])('a check fails with: %s', (reason, execution) => {
  expect(summaryOf([{ ...task('lint'), execution }])).toMatchObject({
    failed: 1,
    failures: [{ name: '@latchkey/db#lint', reason }],
  });
});

test('failed tests are counted and listed, and their failed task is not counted again', () => {
  const failing = { ...results, failed: 1, failures: [{ name: 'a > b', reason: 'expected 1 to be 2' }] };
  const run = { ...task('test'), execution: { exitCode: 1 } };
  expect(summaryOf([run], { readResults: () => failing, exitCode: 1 })).toMatchObject({
    passed: 2,
    failed: 1,
    failures: [{ name: '@latchkey/db a > b', reason: 'expected 1 to be 2' }],
  });
});

test.each([
  ['before it wrote results', undefined, 0],
  ['after every test passed', results, 2],
])('a crashed test task is one failure: %s', (_, found, passed) => {
  const run = { ...task('test'), execution: { exitCode: 137 } };
  expect(summaryOf([run], { readResults: () => found, exitCode: 137 })).toMatchObject({
    passed,
    failed: 1,
    failures: [{ name: '@latchkey/db#test', reason: 'exit code 137' }],
  });
});

test('a failed turbo without a failed task is one failure', () => {
  expect(summaryOf([task('lint')], { exitCode: 2 })).toMatchObject({ passed: 1, failed: 1 });
});

test('skipped tests are listed with their package', () => {
  const skipping = { ...results, skipped: [{ name: 'a > b', reason: 'no PostgreSQL here' }] };
  expect(summaryOf([task('test')], { readResults: () => skipping }).skipped).toEqual([
    { name: '@latchkey/db a > b', reason: 'no PostgreSQL here' },
  ]);
});

test('the summary lists failed and skipped tests and ends with the numbers', () => {
  const { text, exitCode } = formatSummary(
    {
      passed: 5,
      failed: 1,
      testsRun: 4,
      failures: [{ name: '@latchkey/db a', reason: 'expected 1 to be 2' }],
      skipped: [{ name: '@latchkey/db b', reason: 'no PostgreSQL here' }],
    },
    { allowsSkips: true },
  );
  expect(text).toBe(
    'failed: @latchkey/db a (expected 1 to be 2)\n' +
      'skipped: @latchkey/db b (no PostgreSQL here)\n' +
      '5 passed, 1 failed, 1 skipped\n',
  );
  expect(exitCode).toBe(1);
});

test('the exit code is 0 when all tests passed', () => {
  const all = { passed: 5, failed: 0, testsRun: 4, failures: [], skipped: [] };
  expect(formatSummary(all, { allowsSkips: false })).toEqual({
    text: '5 passed, 0 failed, 0 skipped\n',
    exitCode: 0,
  });
});

test('a run without tests fails', () => {
  const none = { passed: 5, failed: 0, testsRun: 0, failures: [], skipped: [] };
  expect(formatSummary(none, { allowsSkips: true })).toEqual({
    text: 'No test ran.\n5 passed, 0 failed, 0 skipped\n',
    exitCode: 1,
  });
});

/** @param {string} name */
function task(name) {
  return {
    taskId: `@latchkey/db#${name}`,
    task: name,
    package: '@latchkey/db',
    directory: 'packages/db',
    command: name,
    execution: /** @type {import('./test-summary.mjs').TaskRun['execution']} */ (success),
  };
}

/**
 * @param {import('./test-summary.mjs').TaskRun[]} tasks
 * @param {Partial<Parameters<typeof summarize>[0]>} [run]
 */
function summaryOf(tasks, { exitCode = 0, readResults = () => undefined } = {}) {
  return summarize({ tasks, exitCode, readResults });
}
