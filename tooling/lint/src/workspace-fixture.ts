import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** File contents by path, added to the fixture. */
export type Files = Record<string, string>;

/** The exports of each workspace. */
const workspaces: Record<string, Record<string, string>> = {
  'apps/api': { '.': './src/index.ts', './client': './src/client.ts' },
  'apps/cli': { '.': './src/index.ts' },
  'apps/web': { '.': './src/index.ts' },
  'packages/auth': { '.': './src/index.ts' },
  'packages/config': { '.': './src/index.ts' },
  'packages/db': { '.': './src/index.ts' },
  'packages/db-tools': { '.': './src/index.ts' },
  'packages/http': { '.': './src/index.ts' },
  'packages/mailer': { '.': './src/index.ts' },
  'packages/migrator': { '.': './src/index.ts' },
  'packages/user-import': { '.': './src/index.ts' },
  'tooling/e2e': { '.': './src/index.ts' },
};

const declared = [
  '@lucia-auth/adapter-sqlite',
  '@mikro-orm/core',
  '@mikro-orm/sqlite',
  '@sveltejs/kit',
  'better-sqlite3',
  'lucia',
  'mysql2',
  'node-pg',
  'oslo',
  'pg',
  'pg-types',
  'svelte',
  'zod',
];
/** Export conditions. For each, there is a package that has only this one, as packages with only types do. */
const conditions = ['types', 'import', 'node', 'default'];

/**
 * A minimal copy of this repository in a temporary folder, in pnpm's layout. Every workspace declares and links all
 * others and all external packages, so a test breaks exactly one rule. `stray` is installed
 * but declared nowhere. Building is slow, so all tests share one copy and remove the files that they add.
 */
export function buildWorkspaces() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'import-rules-')));

  for (const name of [...declared, 'stray']) installExternal(root, name, 'default');
  for (const condition of conditions) installExternal(root, `only-${condition}`, condition);
  link(root, 'node_modules/stray', createHome('stray'));
  for (const [path, exports] of Object.entries(workspaces)) buildWorkspace(root, path, exports);

  return {
    root,
    add(files: Files) {
      for (const [path, text] of Object.entries(files)) write(root, path, text);
      return () => {
        for (const path of Object.keys(files)) rmSync(join(root, path));
      };
    },
    tearDown: () => rmSync(root, { recursive: true }),
  };
}

function installExternal(root: string, name: string, condition: string) {
  const exports = { '.': { [condition]: './index.js' }, './*': { [condition]: './index.js' } };
  write(root, `${createHome(name)}/package.json`, JSON.stringify({ name, exports }));
  write(root, `${createHome(name)}/index.js`, '');
}

function buildWorkspace(root: string, path: string, exports: Record<string, string>) {
  const others = Object.keys(workspaces).filter((other) => other !== path);
  const external = [...declared, ...conditions.map((condition) => `only-${condition}`)];
  const dependencies = [...external, ...others.map(nameOf)].map((name) => [name, '1.0.0'] as const);
  const manifest = {
    name: nameOf(path),
    type: 'module',
    exports,
    imports: { '#lib/*': './src/lib/*' },
    dependencies: Object.fromEntries(dependencies),
  };
  write(root, `${path}/package.json`, JSON.stringify(manifest));
  for (const entry of Object.values(exports)) write(root, join(path, entry), 'export const value = 1;');
  for (const other of others) link(root, `${path}/node_modules/${nameOf(other)}`, other);
  for (const name of external) link(root, `${path}/node_modules/${name}`, createHome(name));
}

/** Where pnpm installs an external package. */
export function createHome(name: string) {
  return `node_modules/.pnpm/${name.replace('/', '+')}@1.0.0/node_modules/${name}`;
}

function nameOf(path: string) {
  return path.replace(/^\w+/, '@latchkey');
}

function write(root: string, path: string, text: string) {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(root: string, from: string, to: string) {
  mkdirSync(join(root, dirname(from)), { recursive: true });
  symlinkSync(relative(join(root, dirname(from)), join(root, to)), join(root, from));
}
