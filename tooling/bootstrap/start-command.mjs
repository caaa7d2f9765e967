import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { cloneAt } from './clone.mjs';
import { UserError, exitWith } from './user-error.mjs';
import { serve } from './serve.mjs';
import { setUp } from './setup.mjs';
import { listenForStop } from './stop.mjs';

/**
 * @param {string[]} given the command line's arguments
 */
export function runStart(given) {
  const stop = listenForStop();
  return exitWith(async () => {
    const { isProduction, isVerbose } = readArguments(given, process.env);
    const clone = cloneAt();
    if (isProduction) {
      refuseUnprepared(clone);
      return serve(clone, { stop, env: { ...process.env, NODE_ENV: 'production' } });
    }
    await setUp(clone, { stop, isVerbose });
    return serve(clone, { stop, env: process.env });
  });
}

/**
 * @param {string[]} given
 * @param {NodeJS.ProcessEnv} environment
 */
function readArguments(given, { LATCHKEY_VERBOSE }) {
  const unknown = given.find((argument) => !['--prod', '--verbose'].includes(argument));
  if (unknown)
    throw new UserError(
      `${unknown} is not understood. What can follow: --verbose (shows what is installed and built).`,
    );
  return {
    isProduction: given.includes('--prod'),
    isVerbose: given.includes('--verbose') || LATCHKEY_VERBOSE === '1',
  };
}

/** @param {import('./clone.mjs').Clone} clone */
function refuseUnprepared(clone) {
  const missing = [clone.node, clone.build].find((path) => !existsSync(path));
  if (missing) {
    throw new UserError(
      `${relative(clone.root, missing)} is missing, and production neither installs nor builds: run \`pnpm install --frozen-lockfile\` and \`pnpm turbo build\` first.`,
    );
  }
}
