import { expect, test } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';
import { locateClone, workspaceFolders } from './clone.mjs';
import { dependenciesFingerprint } from './dependencies-fingerprint.mjs';

test('the workspaces are the root and every matching folder with a package.json', () => {
  const world = bareClone();
  world.write('packages/notes/README.md', 'not a package');
  world.write('elsewhere/package.json', '{}');
  expect(workspaceFolders(locateClone(world.root))).toEqual(['.', 'apps/web', 'packages/db']);
});

test('an unsupported workspace pattern is an error', () => {
  const world = bareClone();
  world.write('pnpm-workspace.yaml', 'packages:\n  - apps/**\n');
  expect(() => workspaceFolders(locateClone(world.root))).toThrow('apps/**');
});

test.each([
  ['the lockfile', 'pnpm-lock.yaml', 'lockfileVersion: 10\n'],
  ['the workspace file', 'pnpm-workspace.yaml', 'packages:\n  - apps/*\n  - packages/*\n'],
  ['the root package.json', 'package.json', '{}'],
  ['the package.json of a workspace', 'packages/db/package.json', '{}'],
  ['the set of workspaces', 'packages/mail/package.json', '{}'],
])('a change of %s changes the fingerprint', (_, path, content) => {
  const world = bareClone();
  const before = dependenciesFingerprint(locateClone(world.root));
  world.write(path, content);
  expect(dependenciesFingerprint(locateClone(world.root))).not.toBe(before);
});

test('the fingerprint depends on the machine and not on source files', () => {
  const world = bareClone();
  const before = dependenciesFingerprint(locateClone(world.root), 'linux-x64');
  world.write('apps/web/src/app.html', '<html></html>');
  expect(dependenciesFingerprint(locateClone(world.root), 'linux-x64')).toBe(before);
  expect(dependenciesFingerprint(locateClone(world.root), 'darwin-arm64')).not.toBe(before);
});
