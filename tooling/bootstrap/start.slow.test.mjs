import { expect, test } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';

const START = ['tooling/bootstrap/start.mjs'];
const READY = 'ready on http://localhost:3000';

test('in a bare clone, start installs, builds and serves; Ctrl-C ends it with code 0', async () => {
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

test('two first starts at once install once, and both serve', async () => {
  const world = bareClone();
  world.write('npx.pause', '');
  const starts = [world.run(START, { PORT: '3001' }), world.run(START, { PORT: '3002' })];
  await Promise.race(starts.map((start) => start.prints('which is installing or building here…')));
  world.remove('npx.pause');
  await Promise.all(starts.map((start, index) => start.prints(`ready on http://localhost:300${index + 1}`)));
  for (const start of starts) start.child.kill('SIGTERM');
  const ends = await Promise.all(starts.map((start) => start.ends()));

  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(world.lines('npx.log')).toHaveLength(1);
  expect(
    ends.filter(({ stderr }) =>
      /^Waiting for process \d+, which is installing or building here…$/m.test(stderr),
    ),
  ).toHaveLength(1);
});

/** Runs the command in its arguments and does not handle signals. */
const LAUNCHER = `
  const [program, ...programArguments] = process.argv.slice(2);
  require('node:child_process').spawn(program, programArguments, { stdio: 'inherit' });
`;

test.for([
  { launcher: 'npm', programs: ['npm'] },
  { launcher: 'pnpm with its two processes', programs: ['pnpm.cjs', 'pnpm'] },
])('start ends when its launcher is killed: $launcher', async ({ programs }, { skip }) => {
  skip(process.platform !== 'linux', 'parent processes are listed in /proc only on Linux');
  const world = bareClone();
  const launchers = programs.map((program) => `launchers/${program}`);
  for (const launcher of launchers) world.write(launcher, LAUNCHER);
  const node = process.execPath;
  // `; exit` keeps the shell from replacing itself with node.
  const shell = ['sh', '-c', `${node} ${START.join(' ')}; exit`];
  const start = world.run([...launchers.flatMap((launcher) => [node, launcher]).slice(1), ...shell], {
    npm_lifecycle_event: 'start',
  });
  await start.prints(READY);

  start.child.kill('SIGKILL');

  // The output closes when the last process that can write to it has ended.
  await start.ends();
});

test('without a network the last line is the error, without a stack trace', async () => {
  const world = bareClone();
  world.write('npx.output', 'npm error code ENOTFOUND\n');
  const { code, stderr } = await world.run(START).ends();
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^The package registry cannot be reached/);
  expect(stderr).not.toContain(' at ');
});

test('a failed build shows its output and serves nothing', async () => {
  const world = bareClone();
  world.write('build.fails', '');
  const { code, stdout, stderr } = await world.run(START).ends();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/no such component\n\nThe web app could not be built\. See the output above\.\n$/);
});

test('production neither installs nor builds, and names what is missing', async () => {
  const world = bareClone();
  const { code, stderr } = await world.run([...START, '--prod']).ends();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^node_modules\S* is missing.*\n$/),
  });
  expect(world.lines('npx.log')).toEqual([]);
});

test('production serves an existing build with NODE_ENV=production', async () => {
  const world = bareClone();
  await startAndEnd(world);
  world.write('apps/web/src/server/main.ts', 'console.log(`serving for ${process.env.NODE_ENV}`)');
  expect((await world.run([...START, '--prod']).ends()).stdout).toBe('serving for production\n');
  expect(world.lines('turbo.log'), 'only the first start built').toHaveLength(1);
});

test('an unknown argument is an error that names it', async () => {
  const { code, stderr } = await bareClone()
    .run([...START, '--port=80'])
    .ends();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('Unknown argument --port=80'),
  });
});

/** @param {ReturnType<typeof bareClone>} world */
async function startAndEnd(world) {
  const start = world.run(START);
  await start.prints(READY);
  start.child.kill('SIGTERM');
  return start.ends();
}
