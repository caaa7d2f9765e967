import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand, hostEnvironment } from './host-commands.mjs';
import { runCommand } from './run-command.mjs';
import { UserError } from './user-error.mjs';

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {import('./run-command.mjs').StepOptions} StepOptions
 */

/** By default npm and pnpm wait a minute before the last retry, which is too long on a machine without a network. */
const RETRIES = { fetch_retry_mintimeout: '2000', fetch_retry_maxtimeout: '8000' };

/**
 * Installs the lockfile's packages with the pnpm that package.json pins.
 *
 * @param {Clone} clone
 * @param {StepOptions} options
 * @returns {Promise<UserError | undefined>} the failure, if there is one
 */
export async function runPnpmInstall(clone, options) {
  let outcome = await runPnpm(clone, ['--prefer-offline'], options);
  // ETARGET: npm's cached list of versions may be older than the pinned version.
  if (outcome.code !== 0 && outcome.output.includes('ETARGET')) outcome = await runPnpm(clone, [], options);
  if (outcome.code === 0) return undefined;
  return new UserError(explain(outcome), { detail: options.isVerbose ? '' : lastLines(outcome.output) });
}

/**
 * Runs pnpm through npx with another prefix, so that npx does not use the pnpm in node_modules, which may be broken.
 *
 * @param {Clone} clone
 * @param {string[]} npxOptions
 * @param {StepOptions} options
 */
function runPnpm(clone, npxOptions, { isVerbose, stop, lock }) {
  const { packageManager } = JSON.parse(readFileSync(join(clone.root, 'package.json'), 'utf8'));
  const pnpm = ['--yes', ...npxOptions, `--prefix=${clone.stateFolder}`, packageManager.split('+')[0]];
  const env = installEnvironment(hostEnvironment(clone, process.env));
  return runCommand(['npx', ...pnpm, 'install', '--frozen-lockfile'], {
    cwd: clone.root,
    env,
    node: findCommand(['node'], env) ?? process.execPath,
    output: isVerbose ? 'echo' : 'capture',
    stop,
    lock,
  });
}

/** @param {NodeJS.ProcessEnv} environment */
function installEnvironment(environment) {
  const settings = Object.entries(RETRIES).flatMap(([name, value]) => [
    [`npm_config_${name}`, value],
    [`pnpm_config_${name}`, value],
  ]);
  return {
    ...Object.fromEntries(settings),
    // Otherwise pnpm prompts before it replaces a node_modules that was installed with other settings.
    pnpm_config_confirm_modules_purge: 'false',
    ...environment,
    // With NODE_ENV=production pnpm skips the development dependencies, which include Node and turbo.
    NODE_ENV: undefined,
  };
}

/** @param {import('./run-command.mjs').Outcome} outcome */
function explain({ code, output }) {
  for (const [pattern, message] of FAILURES) if (pattern.test(output)) return message;
  return `The dependencies could not be installed (exit code ${code}). See the output above.`;
}

/** @type {[RegExp, string][]} */
const FAILURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dns error|client error \(Connect\)|FetchError/,
    'The package registry cannot be reached. Check the network (or the proxy and registry settings of npm) and start again.',
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml does not match the package.json files. Run `pnpm install` to update it, and start again.',
  ],
  [/ENOSPC|No space left/i, 'The disk is full. Free some space and start again.'],
  [
    /EACCES|EPERM|EROFS|Permission denied/i,
    'A file in this folder or in the package store is not writable. Check its owner and permissions, and start again.',
  ],
];

/** @param {string} output */
function lastLines(output) {
  return output.trimEnd().split('\n').slice(-20).join('\n');
}
