import { beforeEach, expect, test, vi } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';
import { cloneAt } from './clone.mjs';
import { installDependencies, isInstalled } from './install.mjs';
import { UserError } from './user-error.mjs';
import { listenForStop } from './stop.mjs';
import { EventEmitter } from 'node:events';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => vi.unstubAllEnvs();
});

test('installs what the lockfile says with the pnpm that package.json pins, whatever NODE_ENV says', async () => {
  const { world, install } = notInstalled();
  vi.stubEnv('NODE_ENV', 'production');

  await install();

  expect(pnpmRuns(world)).toEqual([
    {
      arguments: [
        '--yes',
        '--prefer-offline',
        `--prefix=${world.root}/.latchkey`,
        'pnpm@9.8.7',
        'install',
        '--frozen-lockfile',
      ],
    },
  ]);
});

test('installs nothing when everything is there', async () => {
  const { world, install } = notInstalled();
  await install();
  await install();
  expect(pnpmRuns(world)).toHaveLength(1);
});

test.each([
  ['the lockfile changed', 'pnpm-lock.yaml'],
  ['somebody installed something else by hand', 'node_modules/.modules.yaml'],
])('installs again when %s', async (_, path) => {
  const { world, install } = notInstalled();
  await install();
  world.write(path, 'other: true\n');
  await install();
  expect(pnpmRuns(world)).toHaveLength(2);
});

test.each(['node_modules', 'node_modules/node/bin/node', '.latchkey'])(
  'installs again when %s is gone',
  async (path) => {
    const { world, install } = notInstalled();
    await install();
    world.remove(path);
    await install();
    expect(pnpmRuns(world)).toHaveLength(2);
    expect(world.has('node_modules/node/bin/node')).toBe(true);
  },
);

test('an install that was cut short is begun afresh, without what it left', async () => {
  const { world, install } = notInstalled();
  world.write('.latchkey/installing', '');
  world.write('node_modules/.pnpm/half-a-package', '');
  await install();
  expect(world.has('node_modules/.pnpm/half-a-package')).toBe(false);
  expect(world.has('.latchkey/installing')).toBe(false);
});

test('without a network it says so in one line, shows what pnpm said, and does not count as installed', async () => {
  const { world, clone, install } = notInstalled();
  world.write('npx.says', 'npm error code ENOTFOUND\n');

  const problem = await install().catch((error) => error);

  expect(problem).toBeInstanceOf(UserError);
  expect(problem.message).toMatch(/^The package registry cannot be reached\. .*start again\.$/);
  expect(problem.detail).toContain('npm error code ENOTFOUND');
  expect(isInstalled(clone)).toBe(false);
});

test('a failed update does not leave the old install counted as the new one', async () => {
  const { world, clone, install } = notInstalled();
  await install();
  world.write('pnpm-lock.yaml', 'lockfileVersion: 10\n');
  world.write('npx.says', 'ERR_PNPM_OUTDATED_LOCKFILE\n');
  await expect(install()).rejects.toThrow('pnpm-lock.yaml does not fit');
  expect(isInstalled(clone)).toBe(false);
});

test('an install that fails in the end does not count, whatever it left and whatever was there before', async () => {
  const { world, clone, install } = notInstalled();
  await install();
  world.remove('node_modules');
  world.write('npx.says', 'no space left on device\n');
  world.write('npx.fails-late', '');
  await expect(install()).rejects.toThrow('The disk is full');
  expect(world.has('node_modules/node/bin/node')).toBe(true);
  expect(isInstalled(clone)).toBe(false);
});

test('what npm puts first on the path does not run the install: it may be what is replaced', async () => {
  const { world, install } = notInstalled();
  for (const command of ['node', 'npx'])
    world.writeCommand(`node_modules/.bin/${command}`, '#!/bin/sh\nexit 1\n');
  vi.stubEnv('PATH', `${world.root}/node_modules/.bin:${world.PATH}`);
  await install();
  expect(pnpmRuns(world)).toHaveLength(1);
});

test('what went wrong in a way nobody foresaw is told with its exit code', async () => {
  const { world, install } = notInstalled();
  world.write('npx.says', 'the moon is full\n');
  await expect(install()).rejects.toThrow('exit code 1');
});

test('a pnpm that npm has not heard of yet is asked for at the registry', async () => {
  const { world, install } = notInstalled();
  world.write('npx.says', 'npm error code ETARGET\n');
  world.write('npx.knows-online', '');
  await install();
  expect(pnpmRuns(world).map((run) => run.arguments.includes('--prefer-offline'))).toEqual([true, false]);
});

function notInstalled() {
  const world = bareClone();
  const clone = cloneAt(world.root);
  vi.stubEnv('PATH', world.PATH);
  const stop = listenForStop({ signals: new EventEmitter() });
  return {
    world,
    clone,
    install: () => installDependencies(clone, { stop, isVerbose: false, onStart: () => {} }),
  };
}

/** @param {ReturnType<typeof bareClone>} world */
function pnpmRuns(world) {
  return world.lines('npx.log').map((line) => JSON.parse(line));
}
