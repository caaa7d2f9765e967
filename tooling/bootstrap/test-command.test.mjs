import { expect, test } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';

const TEST = ['tooling/bootstrap/test.mjs'];
const RESULTS = 'packages/db/artifacts/test-results.json';
const fine = { exitCode: 0 };
const lint = {
  taskId: '@latchkey/db#lint',
  task: 'lint',
  package: '@latchkey/db',
  directory: 'packages/db',
  command: 'eslint',
  execution: fine,
};
const tests = { ...lint, taskId: '@latchkey/db#test', task: 'test', command: 'vitest run' };
const passing = { passed: 3, failed: 0, skipped: [], failures: [] };

test('the last line has the numbers of passed, failed and skipped checks', async () => {
  const world = withPipeline({ tasks: [lint, tests], files: { [RESULTS]: passing } });
  const { code, stdout } = await world.run(TEST).ends();
  expect({ code, last: stdout.split('\n').slice(-2) }).toEqual({
    code: 0,
    last: ['4 passed, 0 failed, 0 skipped', ''],
  });
  expect(world.lines('turbo.log').at(-1)).toMatch(
    /^run lint:node lint:web format types import-rules words build test --continue=always /,
  );
});

test('results of a previous run are not counted', async () => {
  const world = withPipeline({ tasks: [lint, tests] });
  world.write(RESULTS, JSON.stringify({ ...passing, passed: 100 }));
  const { code, stdout } = await world.run(TEST).ends();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '\nNo test ran.\n1 passed, 0 failed, 0 skipped\n' });
});

test.each([
  ['', {}, 0],
  [' with CI set', { CI: 'true' }, 1],
  [' with CI and LATCHKEY_ALLOW_SKIPS set', { CI: 'true', LATCHKEY_ALLOW_SKIPS: '1' }, 0],
])('a skipped test is listed with its reason%s', async (_, environment, exitCode) => {
  const skipped = [{ name: 'src/a.test.ts > users > on PostgreSQL', reason: 'no PostgreSQL here' }];
  const world = withPipeline({ tasks: [tests], files: { [RESULTS]: { ...passing, skipped } } });
  const { code, stdout } = await world.run(TEST, environment).ends();
  expect(code).toBe(exitCode);
  expect(stdout).toContain(
    'skipped: @latchkey/db src/a.test.ts > users > on PostgreSQL (no PostgreSQL here)\n',
  );
  expect(stdout.endsWith('\n3 passed, 0 failed, 1 skipped\n')).toBe(true);
});

test('a failed install is one failure in the last line, with its reason above', async () => {
  const world = withPipeline({ tasks: [tests] });
  world.write('npx.output', 'npm error code ENOTFOUND\n');
  const { code, stdout } = await world.run(TEST).ends();
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /failed: npm test \(The package registry cannot be reached.*\n0 passed, 1 failed, 0 skipped\n$/s,
  );
});

test('a failed build does not prevent the other tasks', async () => {
  const build = { ...lint, taskId: '@latchkey/web#build', task: 'build', execution: { exitCode: 2 } };
  const world = withPipeline({ tasks: [build, tests], files: { [RESULTS]: passing }, exitCode: 2 });
  world.write('build.fails', '');
  const { code, stdout } = await world.run(TEST).ends();
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: '\nfailed: @latchkey/web#build (exit code 2)\n3 passed, 1 failed, 0 skipped\n',
  });
});

test('arguments are passed to turbo', async () => {
  const world = withPipeline({ tasks: [tests], files: { [RESULTS]: passing } });
  await world.run([...TEST, '--filter=@latchkey/db', '--output-logs=full']).ends();
  expect(world.lines('turbo.log').at(-1)).toMatch(/ --filter=@latchkey\/db --output-logs=full$/);
  expect(world.lines('turbo.log').at(-1)).not.toContain('new-only');
});

test('without Chromium, a warning shows how to install it, and tests get an empty path', async () => {
  const world = withPipeline({ tasks: [tests], files: { [RESULTS]: passing } });
  const { stderr } = await world.run(TEST, { PATH: world.barePath() }).ends();
  expect(stderr).toMatch(
    /^Chromium was not found, so the browser tests are skipped\. To install it: .*install.*$/m,
  );
  expect(world.read('chromium.txt')).toBe('\n');
});

/**
 * @param {object} pipeline the results that the stub of turbo reports
 * @param {unknown[]} pipeline.tasks
 * @param {Record<string, unknown>} [pipeline.files]
 * @param {number} [pipeline.exitCode]
 */
function withPipeline({ tasks, files = {}, exitCode = 0 }) {
  const world = bareClone();
  world.write('pipeline.exit', String(exitCode));
  for (const [path, content] of Object.entries({ ...files, '.turbo/runs/1.json': { tasks } })) {
    world.write(`pipeline/${path}`, JSON.stringify(content));
  }
  return world;
}
