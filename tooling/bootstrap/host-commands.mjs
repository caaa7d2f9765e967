import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

/**
 * The environment without the clone's own commands. npm puts node_modules/.bin, with the pinned Node, first on PATH, and
 * an install may replace the program that runs it.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function hostEnvironment({ root }, environment) {
  const folders = (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !`${folder}${sep}`.startsWith(`${root}${sep}`));
  return { ...environment, PATH: folders.join(delimiter) };
}

/**
 * The path of the first of these commands that is on PATH.
 *
 * @param {string[]} commands in order of preference
 * @param {NodeJS.ProcessEnv} environment
 * @param {(path: string) => boolean} [canRun]
 * @returns {string | undefined}
 */
export function findCommand(commands, { PATH = '' }, canRun = isExecutable) {
  const folders = PATH.split(delimiter).filter(Boolean);
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(canRun);
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
