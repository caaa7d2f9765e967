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

test('the last line of the output is the number of checks that passed, failed and were skipped', async () => {
  const world = withPipeline({ tasks: [lint, tests], files: { [RESULTS]: passing } });
  const { code, stdout } = await world.run(TEST).ends();
  expect({ code, last: stdout.split('\n').slice(-2) }).toEqual({
    code: 0,
    last: ['4 passed, 0 failed, 0 skipped', ''],
  });
  expect(world.lines('turbo.log').at(-1)).toMatch(
    /^run lint format types import-rules build test --continue=always /,
  );
});

test('results of a former run are not counted', async () => {
  const world = withPipeline({ tasks: [lint, tests] });
  world.write(RESULTS, JSON.stringify({ ...passing, passed: 100 }));
  const { code, stdout } = await world.run(TEST).ends();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '\nNo test ran.\n1 passed, 0 failed, 0 skipped\n' });
});

test.each([
  ['fails', {}, 0],
  ['fails in CI', { CI: 'true' }, 1],
  ['may happen in CI when it is allowed', { CI: 'true', LATCHKEY_ALLOW_SKIPS: '1' }, 0],
])(
  'a skipped test is named with its reason, and %s only where nothing may be skipped',
  async (_, environment, exitCode) => {
    const skipped = [{ name: 'src/a.test.ts > users > on PostgreSQL', reason: 'no PostgreSQL here' }];
    const world = withPipeline({ tasks: [tests], files: { [RESULTS]: { ...passing, skipped } } });
    const { code, stdout } = await world.run(TEST, environment).ends();
    expect(code).toBe(exitCode);
    expect(stdout).toContain(
      'skipped: @latchkey/db src/a.test.ts > users > on PostgreSQL (no PostgreSQL here)\n',
    );
    expect(stdout.endsWith('\n3 passed, 0 failed, 1 skipped\n')).toBe(true);
  },
);

test('what cannot even be installed is one failure in the last line, explained before', async () => {
  const world = withPipeline({ tasks: [tests] });
  world.write('npx.says', 'npm error code ENOTFOUND\n');
  const { code, stdout } = await world.run(TEST).ends();
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /failed: npm test \(The package registry cannot be reached.*\n0 passed, 1 failed, 0 skipped\n$/s,
  );
});

test('a build that fails does not keep the rest from being tested', async () => {
  const build = { ...lint, taskId: '@latchkey/web#build', task: 'build', execution: { exitCode: 2 } };
  const world = withPipeline({ tasks: [build, tests], files: { [RESULTS]: passing }, exitCode: 2 });
  world.write('build.fails', '');
  const { code, stdout } = await world.run(TEST).ends();
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: '\nfailed: @latchkey/web#build (ended with exit code 2)\n3 passed, 1 failed, 0 skipped\n',
  });
});

test('more arguments go to turbo', async () => {
  const world = withPipeline({ tasks: [tests], files: { [RESULTS]: passing } });
  await world.run([...TEST, '--filter=@latchkey/db', '--output-logs=full']).ends();
  expect(world.lines('turbo.log').at(-1)).toMatch(/ --filter=@latchkey\/db --output-logs=full$/);
  expect(world.lines('turbo.log').at(-1)).not.toContain('new-only');
});

test('on a machine without Chromium it says how to get one, and the tests are told that there is none', async () => {
  const world = withPipeline({ tasks: [tests], files: { [RESULTS]: passing } });
  const { stderr } = await world.run(TEST, { PATH: world.barePath() }).ends();
  expect(stderr).toMatch(/^No Chromium here, so the browser tests will be skipped by name: .*install.*$/m);
  expect(JSON.parse(world.read('.turbo/runs/1.json'))).toMatchObject({ chromium: '' });
});

/** @param {unknown} pipeline what the stand-in for turbo answers */
function withPipeline(pipeline) {
  const world = bareClone();
  world.write('pipeline.json', JSON.stringify(pipeline));
  return world;
}
