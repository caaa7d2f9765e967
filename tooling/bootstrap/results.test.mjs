import { expect, test } from 'vitest';
import { report, sumUp } from './results.mjs';

const fine = { exitCode: 0 };
const results = { passed: 2, failed: 0, skipped: [], failures: [] };

test('every check is one, every test is one', () => {
  expect(sum([task('lint'), task('types'), task('test')], { readResults: () => results })).toMatchObject({
    passed: 4,
    failed: 0,
    testsRun: 2,
  });
});

test('a package without such a script is no check', () => {
  expect(sum([{ ...task('lint'), command: '<NONEXISTENT>' }])).toMatchObject({ passed: 0, failed: 0 });
});

test('a package without tests is fine', () => {
  expect(sum([task('test')])).toMatchObject({ passed: 0, failed: 0 });
});

test.each([
  ['ended with exit code 3', { exitCode: 3 }],
  ['did not run', undefined],
  ['could not be started', { error: 'could not be started' }],
])('a check that %s is a failed one', (reason, execution) => {
  expect(sum([{ ...task('lint'), execution }])).toMatchObject({
    failed: 1,
    failures: [{ name: '@latchkey/db#lint', reason }],
  });
});

test('failing tests are counted and named; that their task fails with them is not counted again', () => {
  const failing = { ...results, failed: 1, failures: [{ name: 'a > b', reason: 'expected 1 to be 2' }] };
  const run = { ...task('test'), execution: { exitCode: 1 } };
  expect(sum([run], { readResults: () => failing, exitCode: 1 })).toMatchObject({
    passed: 2,
    failed: 1,
    failures: [{ name: '@latchkey/db a > b', reason: 'expected 1 to be 2' }],
  });
});

test.each([
  ['before it could write results', undefined, 0],
  ['although every test passed', results, 2],
])('tests that crash %s are one failure', (_, found, passed) => {
  const run = { ...task('test'), execution: { exitCode: 137 } };
  expect(sum([run], { readResults: () => found, exitCode: 137 })).toMatchObject({
    passed,
    failed: 1,
    failures: [{ name: '@latchkey/db#test', reason: 'ended with exit code 137' }],
  });
});

test('a turbo that fails while every task is fine is a failure of its own', () => {
  expect(sum([task('lint')], { exitCode: 2 })).toMatchObject({ passed: 1, failed: 1 });
});

test('skips are named with their package', () => {
  const skipping = { ...results, skipped: [{ name: 'a > b', reason: 'no PostgreSQL here' }] };
  expect(sum([task('test')], { readResults: () => skipping }).skipped).toEqual([
    { name: '@latchkey/db a > b', reason: 'no PostgreSQL here' },
  ]);
});

test('the report names what failed and what was skipped, and ends with the numbers', () => {
  const { text, exitCode } = report(
    {
      passed: 5,
      failed: 1,
      testsRun: 4,
      failures: [{ name: '@latchkey/db a', reason: 'expected 1 to be 2' }],
      skipped: [{ name: '@latchkey/db b', reason: 'no PostgreSQL here' }],
    },
    { maySkip: true },
  );
  expect(text).toBe(
    'failed: @latchkey/db a (expected 1 to be 2)\n' +
      'skipped: @latchkey/db b (no PostgreSQL here)\n' +
      '5 passed, 1 failed, 1 skipped\n',
  );
  expect(exitCode).toBe(1);
});

test('all passed is a success', () => {
  const all = { passed: 5, failed: 0, testsRun: 4, failures: [], skipped: [] };
  expect(report(all, { maySkip: false })).toEqual({ text: '5 passed, 0 failed, 0 skipped\n', exitCode: 0 });
});

test('a run without a single test is not a success', () => {
  const none = { passed: 5, failed: 0, testsRun: 0, failures: [], skipped: [] };
  expect(report(none, { maySkip: true })).toEqual({
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
    execution: /** @type {import('./results.mjs').TaskRun['execution']} */ (fine),
  };
}

/**
 * @param {import('./results.mjs').TaskRun[]} tasks
 * @param {Partial<Parameters<typeof sumUp>[0]>} [run]
 */
function sum(tasks, { exitCode = 0, readResults = () => undefined } = {}) {
  return sumUp({ tasks, exitCode, readResults });
}
