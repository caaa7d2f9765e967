import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

/** Folders that are not in a fresh clone: installed, built, or written by tools. */
export const madeFolders: ReadonlySet<string> = new Set([
  '.git',
  '.latchkey',
  '.svelte-kit',
  '.turbo',
  'artifacts',
  'build',
  'data',
  'node_modules',
]);

/** Every file of the repository, by its path from the root. */
export const files: readonly string[] = filesBelow('').sort();

const folders = new Set(files.flatMap(listFolders));

/** The folders of all workspaces, by their path from the root. */
export const workspaces: readonly string[] = files
  .filter((path) => /^(apps|packages|tooling)\/[^/]+\/package\.json$/.test(path))
  .map((path) => dirname(path));

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The parts of a package.json that are used here. */
export type Manifest = {
  name: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
};

/** @param workspace its folder; `.` for the root */
export function readManifest(workspace: string): Manifest {
  // The cast: pnpm has read it before, so it has this shape.
  return JSON.parse(read(join(workspace, 'package.json'))) as Manifest;
}

export const isFile = (path: string): boolean => files.includes(path);

export const isFolder = (path: string): boolean => path === '.' || folders.has(path.replace(/\/$/, ''));

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (madeFolders.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function listFolders(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...listFolders(folder)];
}
