import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findUnusedDependencies } from './find-unused-dependencies.js';

test('a dependency that is neither imported nor run is unused', () => {
  const unused = findUnusedWith(
    { dependencies: { zod: '1', pg: '1' } },
    { 'src/a.ts': `import { z } from 'zod';` },
  );
  expect(unused).toEqual(['apps/a pg']);
});

test.for<[how: string, code: string]>([
  ['imported', `import { value } from 'pg';`],
  ['imported as a type', `import type { Pool } from 'pg';`],
  ['imported dynamically', `await import("pg");`],
  ['exported', `export * from 'pg';`],
  ['imported by a path', `import { value } from 'pg/lib/pool.js';`],
  ['resolved by name', `import.meta.resolve('pg');`],
])('a dependency that is %s is used', ([, code]) => {
  expect(findUnusedWith({ dependencies: { pg: '1' } }, { 'src/a.ts': code })).toEqual([]);
});

test('a dependency with a longer or shorter name is another one', () => {
  const code = `import 'pg-types'; import '@scope/pg'; import './pg'; import 'p';`;
  expect(findUnusedWith({ dependencies: { pg: '1' } }, { 'src/a.ts': code })).toEqual(['apps/a pg']);
});

test('a dependency that a configuration file or a component imports is used', () => {
  const files = {
    'vite.config.ts': `import 'vite-plugin';`,
    'src/a.svelte': `<script>import 'icons';</script>`,
  };
  expect(findUnusedWith({ devDependencies: { 'vite-plugin': '1', icons: '1' } }, files)).toEqual([]);
});

test('a dependency whose command a script runs is used', () => {
  const manifest = {
    scripts: { types: 'cd src && tsc -p .' },
    devDependencies: { typescript: '1', vite: '1' },
  };
  const files = {
    'node_modules/typescript/package.json': JSON.stringify({ name: 'typescript', bin: { tsc: 'bin/tsc' } }),
    'node_modules/vite/package.json': JSON.stringify({ name: 'vite', bin: 'bin/vite.js' }),
  };
  expect(findUnusedWith(manifest, files)).toEqual(['apps/a vite']);
});

test('a peer dependency of a used dependency is used', () => {
  const files = {
    'src/a.ts': `import 'plugin';`,
    'node_modules/plugin/package.json': JSON.stringify({ name: 'plugin', peerDependencies: { svelte: '1' } }),
  };
  expect(findUnusedWith({ dependencies: { plugin: '1', svelte: '1' } }, files)).toEqual([]);
});

test('type declarations are used if their package is', () => {
  const dependencies = {
    pg: '1',
    '@types/pg': '1',
    '@types/scope__name': '1',
    '@types/node': '1',
    '@types/zod': '1',
  };
  const code = `import 'pg'; import '@scope/name';`;
  expect(findUnusedWith({ dependencies }, { 'src/a.ts': code })).toEqual(['apps/a @types/zod']);
});

test('imports in generated files and in other workspaces do not count', () => {
  const files = {
    'build/a.js': `import 'pg';`,
    'node_modules/b/a.js': `import 'pg';`,
    '../b/src/b.ts': `import 'pg';`,
  };
  expect(findUnusedWith({ dependencies: { pg: '1' } }, files)).toEqual(['apps/a pg']);
});

/** The unused dependencies of a repository with one workspace, `apps/a`. */
function findUnusedWith(manifest: object, files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-dependencies-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [path, content] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    const file = join(root, 'apps/a', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return findUnusedDependencies(root);
}
