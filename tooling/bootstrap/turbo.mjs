import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/**
 * The path of turbo's native binary. Its npm wrapper script takes longer than a cached build.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @returns {string}
 */
export function turboBinary({ modules, bin }) {
  try {
    const manifest = realpathSync(join(modules, 'turbo/package.json'));
    const binary = `@turbo/${process.platform}-${process.arch === 'x64' ? '64' : process.arch}/bin/turbo`;
    return createRequire(manifest).resolve(binary);
  } catch {
    return join(bin, 'turbo');
  }
}

/**
 * The environment of turbo: the clone's pnpm and Node are first on PATH; telemetry and update notices are off.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function turboEnvironment({ bin }, environment) {
  return {
    ...environment,
    PATH: [bin, environment.PATH].filter(Boolean).join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    // Builds and tests must not depend on the mode in which the server will run.
    NODE_ENV: undefined,
  };
}

/** Options of every run: plain lines instead of a terminal UI, and only the local cache. */
export const TURBO_OPTIONS = ['--ui=stream', '--cache=local:rw', '--no-update-notifier'];
