import { expect, test } from 'vitest';
import { bareClone } from './bare-clone.fixture.mjs';
import { cloneAt, workspaceFolders } from './clone.mjs';
import { dependenciesFingerprint } from './fingerprint.mjs';

test('the workspaces are the root and every folder with a package.json that the workspace file names', () => {
  const world = bareClone();
  world.write('packages/notes/README.md', 'no package');
  world.write('elsewhere/package.json', '{}');
  expect(workspaceFolders(cloneAt(world.root))).toEqual(['.', 'apps/web', 'packages/db']);
});

test('a pattern that the bootstrap does not understand is refused, not overlooked', () => {
  const world = bareClone();
  world.write('pnpm-workspace.yaml', 'packages:\n  - apps/**\n');
  expect(() => workspaceFolders(cloneAt(world.root))).toThrow('apps/**');
});

test.each([
  ['the lockfile', 'pnpm-lock.yaml', 'lockfileVersion: 10\n'],
  ['the workspace file', 'pnpm-workspace.yaml', 'packages:\n  - apps/*\n  - packages/*\n'],
  ['the root package.json', 'package.json', '{}'],
  ['the package.json of a workspace', 'packages/db/package.json', '{}'],
  ['a new workspace', 'packages/mail/package.json', '{}'],
])('the dependencies are others when %s is', (_, path, content) => {
  const world = bareClone();
  const before = dependenciesFingerprint(cloneAt(world.root));
  world.write(path, content);
  expect(dependenciesFingerprint(cloneAt(world.root))).not.toBe(before);
});

test('the dependencies are others on another machine, and the same after a change of a source file', () => {
  const world = bareClone();
  const before = dependenciesFingerprint(cloneAt(world.root), 'linux-x64');
  world.write('apps/web/src/app.html', '<html></html>');
  expect(dependenciesFingerprint(cloneAt(world.root), 'linux-x64')).toBe(before);
  expect(dependenciesFingerprint(cloneAt(world.root), 'darwin-arm64')).not.toBe(before);
});
