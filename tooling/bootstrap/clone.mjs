import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Clone Where things are in one clone of the repository.
 * @property {string} root
 * @property {string} stateFolder what the bootstrap remembers; git-ignored
 * @property {string} modules the root's node_modules
 * @property {string} commands the commands that the root's dependencies bring, `node` 24 and `pnpm` among them
 * @property {string} node the pinned Node
 * @property {string} server the program that serves the app
 * @property {string} build the built web app
 */

/**
 * Where things are in the clone that this file belongs to, or in another.
 *
 * @param {string} root
 * @returns {Clone}
 */
export function cloneAt(root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))) {
  const modules = join(root, 'node_modules');
  return {
    root,
    stateFolder: join(root, '.latchkey'),
    modules,
    commands: join(modules, '.bin'),
    node: join(modules, 'node/bin/node'),
    server: join(root, 'apps/web/src/server/main.ts'),
    build: join(root, 'apps/web/build'),
  };
}

/**
 * The folders of all workspaces, the root first as `.`, relative to it, in a steady order.
 *
 * @param {Clone} clone
 * @returns {string[]}
 */
export function workspaceFolders({ root }) {
  const folders = workspacePatterns(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')).flatMap(
    (pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return existsSync(join(root, parent))
        ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
        : [];
    },
  );
  return ['.', ...folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).sort()];
}

/**
 * The list under `packages:`. No YAML parser is there before the install, and the list has one plain shape.
 *
 * @param {string} yaml the text of pnpm-workspace.yaml
 * @returns {string[]}
 */
function workspacePatterns(yaml) {
  const list =
    /^packages:\n((?:[ \t]+-.*\n|[ \t]*(?:#.*)?\n)+)/m.exec(`${yaml.replaceAll('\r', '')}\n`)?.[1] ?? '';
  return [...list.matchAll(/^[ \t]+-[ \t]+["']?([^"'#\s]+)/gm)].map(([, pattern = '']) => {
    if (/[*!{[]/.test(pattern.replace(/\/\*$/, ''))) {
      throw new Error(
        `pnpm-workspace.yaml: the bootstrap understands "folder" and "folder/*", not "${pattern}"`,
      );
    }
    return pattern;
  });
}
