import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

/**
 * The environment without the clone's own commands: npm puts node_modules/.bin first, the pinned Node among it, and
 * an install may be about to replace the very program that runs it.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function machineEnvironment({ root }, environment) {
  const folders = (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !`${folder}${sep}`.startsWith(`${root}${sep}`));
  return { ...environment, PATH: folders.join(delimiter) };
}

/**
 * The first of these commands that the environment's PATH has.
 *
 * @param {string[]} commands
 * @param {NodeJS.ProcessEnv} environment
 * @param {(path: string) => boolean} [canRun]
 * @returns {string | undefined}
 */
export function findCommand(commands, { PATH = '' }, canRun = isProgram) {
  const folders = PATH.split(delimiter).filter(Boolean);
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(canRun);
}

/** @param {string} path */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
