import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Clone Paths in one clone of the repository.
 * @property {string} root
 * @property {string} stateFolder state of the bootstrap between runs; git-ignored
 * @property {string} modules the root's node_modules
 * @property {string} bin commands of the root's dependencies, including `node` 24 and `pnpm`
 * @property {string} node the pinned Node
 * @property {string} server the entry point of the server
 * @property {string} build the built web app
 */

/**
 * The paths of a clone, by default of the one that contains this file.
 *
 * @param {string} root
 * @returns {Clone}
 */
export function locateClone(root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))) {
  const modules = join(root, 'node_modules');
  return {
    root,
    stateFolder: join(root, '.latchkey'),
    modules,
    bin: join(modules, '.bin'),
    node: join(modules, 'node/bin/node'),
    server: join(root, 'apps/web/src/server/main.ts'),
    build: join(root, 'apps/web/build'),
  };
}

/**
 * The folders of all workspaces, relative to the root: first `.` for the root itself, then the others, sorted.
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
 * The list under `packages:`. Before the install there is no YAML parser.
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
        `pnpm-workspace.yaml: the bootstrap supports "folder" and "folder/*", not "${pattern}"`,
      );
    }
    return pattern;
  });
}
