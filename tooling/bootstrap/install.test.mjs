import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';
import { locateClone } from './clone.mjs';
import { installDependencies, isInstalled } from './install.mjs';
import { listenForStopRequests } from './stop-request.mjs';
import { UserError } from './user-error.mjs';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => vi.unstubAllEnvs();
});

test('installs the lockfile with the pinned pnpm, for any value of NODE_ENV', async () => {
  const { world, install } = notInstalled();
  vi.stubEnv('NODE_ENV', 'production');

  await install();

  expect(world.lines('npx.log')).toEqual([
    `--yes --prefer-offline --prefix=${world.root}/.latchkey pnpm@9.8.7 install --frozen-lockfile`,
  ]);
});

test('installs nothing when everything is installed', async () => {
  const { world, install } = notInstalled();
  await install();
  await install();
  expect(world.lines('npx.log')).toHaveLength(1);
});

test.each([
  ['the lockfile changed', 'pnpm-lock.yaml'],
  ['something else was installed by hand', 'node_modules/.modules.yaml'],
])('installs again when %s', async (_, path) => {
  const { world, install } = notInstalled();
  await install();
  world.write(path, 'other: true\n');
  await install();
  expect(world.lines('npx.log')).toHaveLength(2);
});

test.each(['node_modules', 'node_modules/node/bin/node', '.latchkey'])(
  'installs again when %s is missing',
  async (path) => {
    const { world, install } = notInstalled();
    await install();
    world.remove(path);
    await install();
    expect(world.lines('npx.log')).toHaveLength(2);
    expect(world.has('node_modules/node/bin/node')).toBe(true);
  },
);

test('after an interrupted install, node_modules is deleted and installed again', async () => {
  const { world, install } = notInstalled();
  world.write('.latchkey/installing', '');
  world.write('node_modules/.pnpm/incomplete-package', '');
  await install();
  expect(world.has('node_modules/.pnpm/incomplete-package')).toBe(false);
  expect(world.has('.latchkey/installing')).toBe(false);
});

test('without a network the error is one line with pnpm’s output as its detail', async () => {
  const { world, clone, install } = notInstalled();
  world.write('npx.output', 'npm error code ENOTFOUND\n');

  const failure = await install().catch((error) => error);

  expect(failure).toBeInstanceOf(UserError);
  expect(failure.message).toMatch(/^The package registry cannot be reached\. .*start again\.$/);
  expect(failure.detail).toContain('npm error code ENOTFOUND');
  expect(isInstalled(clone)).toBe(false);
});

test('after a failed update the clone is not installed', async () => {
  const { world, clone, install } = notInstalled();
  await install();
  world.write('pnpm-lock.yaml', 'lockfileVersion: 10\n');
  world.write('npx.output', 'ERR_PNPM_OUTDATED_LOCKFILE\n');
  await expect(install()).rejects.toThrow('pnpm-lock.yaml does not match');
  expect(isInstalled(clone)).toBe(false);
});

test('an install that fails at its end does not count as installed', async () => {
  const { world, clone, install } = notInstalled();
  await install();
  world.remove('node_modules');
  world.write('npx.output', 'no space left on device\n');
  world.write('npx.installs-and-fails', '');
  await expect(install()).rejects.toThrow('The disk is full');
  expect(world.has('node_modules/node/bin/node')).toBe(true);
  expect(isInstalled(clone)).toBe(false);
});

test('the install does not run commands from node_modules/.bin, which it may replace', async () => {
  const { world, install } = notInstalled();
  for (const command of ['node', 'npx'])
    world.writeCommand(`node_modules/.bin/${command}`, '#!/bin/sh\nexit 1\n');
  vi.stubEnv('PATH', `${world.root}/node_modules/.bin:${world.PATH}`);
  await install();
  expect(world.lines('npx.log')).toHaveLength(1);
});

test('an unknown failure is reported with its exit code', async () => {
  const { world, install } = notInstalled();
  world.write('npx.output', 'the moon is full\n');
  await expect(install()).rejects.toThrow('exit code 1');
});

test('a pnpm version that npm’s cache does not know is fetched from the registry', async () => {
  const { world, install } = notInstalled();
  world.write('npx.output', 'npm error code ETARGET\n');
  world.write('npx.succeeds-online', '');
  await install();
  expect(world.lines('npx.log').map((line) => line.includes('--prefer-offline'))).toEqual([true, false]);
});

function notInstalled() {
  const world = bareClone();
  const clone = locateClone(world.root);
  vi.stubEnv('PATH', world.PATH);
  const stop = listenForStopRequests({ signals: new EventEmitter() });
  return {
    world,
    clone,
    install: () => installDependencies(clone, { stop, isVerbose: false, lock: undefined }),
  };
}
