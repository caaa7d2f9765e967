import { expect, test } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';

const START = ['tooling/bootstrap/start.mjs'];
const READY = 'ready on http://localhost:3000';

test('from a bare clone it installs, builds and serves, and Ctrl-C ends it with exit code 0', async () => {
  const world = bareClone();
  const start = world.run(START);
  await start.prints(READY);
  start.child.kill('SIGINT');
  const { code, stdout, stderr } = await start.ends();

  expect({ code, stdout }).toEqual({ code: 0, stdout: `${READY}\n` });
  expect(stderr).toMatch(/^Installing dependencies \(first start only, about a minute\)…\n.*\n$/);
  expect(world.lines('turbo.log')).toEqual([expect.stringContaining('run build --filter=@latchkey/web...')]);
});

test('the second start installs nothing and prints nothing of its own', async () => {
  const world = bareClone();
  await startAndEnd(world);
  const { stderr } = await startAndEnd(world);
  expect(stderr).toBe('');
  expect(world.lines('npx.log')).toHaveLength(1);
});

test('two first starts at the same time both serve, and one of them installs', async () => {
  const world = bareClone();
  const starts = [world.run(START, { PORT: '3001' }), world.run(START, { PORT: '3002' })];
  await Promise.all(starts.map((start, index) => start.prints(`ready on http://localhost:300${index + 1}`)));
  for (const start of starts) start.child.kill('SIGTERM');
  const ends = await Promise.all(starts.map((start) => start.ends()));

  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(world.lines('npx.log')).toHaveLength(1);
  expect(
    ends.filter(({ stderr }) => /^Another process .* \(process \d+\); waiting for it…$/m.test(stderr)),
  ).toHaveLength(1);
});

/** Starts what its arguments say, and knows nothing of signals. */
const LAUNCHER = `
  const [program, ...given] = process.argv.slice(2);
  require('node:child_process').spawn(program, given, { stdio: 'inherit' });
`;

test.for([
  { launcher: 'npm', programs: ['npm'] },
  { launcher: 'pnpm, which is two processes,', programs: ['pnpm.cjs', 'pnpm'] },
])('it ends with the $launcher that started it, even when that is killed', async ({ programs }, { skip }) => {
  skip(process.platform !== 'linux', 'only Linux says who started whom');
  const world = bareClone();
  const launchers = programs.map((program) => `launchers/${program}`);
  for (const launcher of launchers) world.write(launcher, LAUNCHER);
  const node = process.execPath;
  // The last one starts a shell, and one that does not make way for what it runs.
  const shell = ['sh', '-c', `${node} ${START.join(' ')}; exit`];
  const start = world.run([...launchers.flatMap((launcher) => [node, launcher]).slice(1), ...shell], {
    npm_lifecycle_event: 'start',
  });
  await start.prints(READY);

  start.child.kill('SIGKILL');

  // Its output closes when the last process that could write to it is gone.
  await start.ends();
});

test('without a network it ends with one clear line and no stack trace', async () => {
  const world = bareClone();
  world.write('npx.says', 'npm error code ENOTFOUND\n');
  const { code, stderr } = await world.run(START).ends();
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^The package registry cannot be reached/);
  expect(stderr).not.toContain(' at ');
});

test('a build that fails shows what the build said and serves nothing', async () => {
  const world = bareClone();
  world.write('build.fails', '');
  const { code, stdout, stderr } = await world.run(START).ends();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/no such component\n\nThe web app could not be built; why is said above\.\n$/);
});

test('production installs nothing and builds nothing, and says what is missing', async () => {
  const world = bareClone();
  const { code, stderr } = await world.run([...START, '--prod']).ends();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^node_modules\S* is missing.*\n$/),
  });
  expect(world.lines('npx.log')).toEqual([]);
});

test('production serves what is built, as production', async () => {
  const world = bareClone();
  await startAndEnd(world);
  world.write('apps/web/src/server/main.ts', 'console.log(`serving for ${process.env.NODE_ENV}`)');
  expect((await world.run([...START, '--prod']).ends()).stdout).toBe('serving for production\n');
  expect(world.lines('turbo.log'), 'only the first start built').toHaveLength(1);
});

test('an argument that is not understood is named', async () => {
  const { code, stderr } = await bareClone()
    .run([...START, '--port=80'])
    .ends();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('--port=80 is not understood'),
  });
});

/** @param {ReturnType<typeof bareClone>} world */
async function startAndEnd(world) {
  const start = world.run(START);
  await start.prints(READY);
  start.child.kill('SIGTERM');
  return start.ends();
}
