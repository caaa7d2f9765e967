import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { locateClone } from './clone.mjs';
import { prepareClone } from './prepare-clone.mjs';
import { serve } from './serve.mjs';
import { listenForStopRequests } from './stop-request.mjs';
import { UserError, exitWith } from './user-error.mjs';

/**
 * @param {string[]} commandLine the arguments after the script's name
 */
export function runStart(commandLine) {
  const stop = listenForStopRequests();
  return exitWith(async () => {
    const { isProduction, isVerbose } = parseArguments(commandLine, process.env);
    const clone = locateClone();
    if (isProduction) {
      assertPrepared(clone);
      return serve(clone, { stop, env: { ...process.env, NODE_ENV: 'production' } });
    }
    await prepareClone(clone, { stop, isVerbose });
    return serve(clone, { stop, env: process.env });
  });
}

/**
 * @param {string[]} commandLine
 * @param {NodeJS.ProcessEnv} environment
 */
function parseArguments(commandLine, { LATCHKEY_VERBOSE }) {
  const unknown = commandLine.find((argument) => !['--prod', '--verbose'].includes(argument));
  if (unknown) {
    throw new UserError(
      `Unknown argument ${unknown}. Supported: --verbose (shows the output of the install and the build).`,
    );
  }
  return {
    isProduction: commandLine.includes('--prod'),
    isVerbose: commandLine.includes('--verbose') || LATCHKEY_VERBOSE === '1',
  };
}

/** @param {import('./clone.mjs').Clone} clone */
function assertPrepared(clone) {
  const missing = [clone.node, clone.build].find((path) => !existsSync(path));
  if (missing) {
    throw new UserError(
      `${relative(clone.root, missing)} is missing, and production neither installs nor builds. Run \`pnpm install --frozen-lockfile\` and \`pnpm turbo build\` first.`,
    );
  }
}
