import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SOURCES = '**/*.{ts,js,mjs,svelte}';
const GENERATED = /^(node_modules|build|\.svelte-kit|\.turbo|artifacts)$/;

/**
 * Finds dependencies in the package.json files of all workspaces that are neither imported nor run by a script.
 *
 * @param {string} root
 * @returns {string[]} `WORKSPACE DEPENDENCY`, for example `apps/cli pg`
 */
export function findUnusedDependencies(root) {
  return globSync('{apps,packages,tooling}/*/package.json', { cwd: root })
    .map(dirname)
    .sort()
    .flatMap((workspace) => findUnused(root, workspace));
}

/**
 * @param {string} root
 * @param {string} workspace
 */
function findUnused(root, workspace) {
  const folder = join(root, workspace);
  const { dependencies = {}, devDependencies = {}, scripts = {} } = readManifest(folder);
  const declared = Object.keys({ ...dependencies, ...devDependencies });
  const manifests = new Map(declared.map((name) => [name, readManifest(join(folder, 'node_modules', name))]));

  const quoted = quotedNames(folder);
  const commands = new Set(Object.values(scripts).flatMap((script) => script.split(/[\s;&|()]+/)));
  const peers = new Set(
    [...manifests.values()].flatMap((manifest) => Object.keys(manifest.peerDependencies ?? {})),
  );

  return declared
    .filter((name) => {
      const isImported = quoted.has(name) || quoted.has(typedPackage(name)) || name === '@types/node';
      const isRun = listBinaries(manifests.get(name) ?? {}).some((binary) => commands.has(binary));
      return !isImported && !isRun && !peers.has(name);
    })
    .map((name) => `${workspace} ${name}`);
}

/**
 * The package names in the string literals of a workspace: in imports, and in calls like `import.meta.resolve()`.
 *
 * @param {string} folder
 */
function quotedNames(folder) {
  const files = globSync(SOURCES, { cwd: folder, exclude: (path) => GENERATED.test(basename(path)) });
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"\n]*)?['"]/g)].map(([, name]) => name),
    ),
  );
}

/**
 * The package that an @types package describes: `@types/scope__name` describes `@scope/name`.
 *
 * @param {string} name
 */
function typedPackage(name) {
  return name.replace(/^@types\//, '').replace(/^(.+)__/, '@$1/');
}

/**
 * @typedef {object} Manifest
 * @property {string} [name]
 * @property {string | Record<string, string>} [bin]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * @param {string} folder
 * @returns {Manifest} empty if the package is not installed
 */
function readManifest(folder) {
  const file = join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** @param {Manifest} manifest */
function listBinaries({ name = '', bin = {} }) {
  return typeof bin === 'string' ? [basename(name)] : Object.keys(bin);
}
