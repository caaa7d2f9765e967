import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/**
 * turbo's own binary: the script that npm packages put in front of it costs more than a cached build does.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @returns {string}
 */
export function turboBinary({ modules, commands }) {
  try {
    const manifest = realpathSync(join(modules, 'turbo/package.json'));
    const binary = `@turbo/${process.platform}-${process.arch === 'x64' ? '64' : process.arch}/bin/turbo`;
    return createRequire(manifest).resolve(binary);
  } catch {
    return join(commands, 'turbo');
  }
}

/**
 * The environment in which turbo runs: our pnpm and Node before the machine's, no network, no advertisement.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function turboEnvironment({ commands }, environment) {
  return {
    ...environment,
    PATH: [commands, environment.PATH].filter(Boolean).join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    // What is built or tested must not depend on how the server is going to be run.
    NODE_ENV: undefined,
  };
}

/** Every run: plain lines instead of a screen of its own, and no cache but the one in this folder. */
export const TURBO_OPTIONS = ['--ui=stream', '--cache=local:rw', '--no-update-notifier'];
