import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { findCommand, machineEnvironment } from './machine.mjs';
import { UserError } from './user-error.mjs';

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {import('./command.mjs').Work} Work
 */

/** npm and pnpm wait a minute before their last try: too long for somebody who has just no network. */
const RETRIES = { fetch_retry_mintimeout: '2000', fetch_retry_maxtimeout: '8000' };

/**
 * Installs what the lockfile says, with the pnpm that package.json pins.
 *
 * @param {Clone} clone
 * @param {Work} work
 * @returns {Promise<UserError | undefined>} what went wrong, if something did
 */
export async function runPnpmInstall(clone, work) {
  let outcome = await runPnpm(clone, ['--prefer-offline'], work);
  // The list of versions that npm remembers may be older than the version that we pin.
  if (outcome.code !== 0 && outcome.output.includes('ETARGET')) outcome = await runPnpm(clone, [], work);
  if (outcome.code === 0) return undefined;
  return new UserError(explain(outcome), { detail: work.isVerbose ? '' : lastLines(outcome.output) });
}

/**
 * Not the pnpm in node_modules: that may be the very thing to repair, so npx looks for one from a folder without any.
 *
 * @param {Clone} clone
 * @param {string[]} npxOptions
 * @param {Work} work
 */
function runPnpm(clone, npxOptions, { isVerbose, stop, onStart }) {
  const { packageManager } = JSON.parse(readFileSync(join(clone.root, 'package.json'), 'utf8'));
  const pnpm = ['--yes', ...npxOptions, `--prefix=${clone.stateFolder}`, packageManager.split('+')[0]];
  const env = installEnvironment(machineEnvironment(clone, process.env));
  return runCommand(['npx', ...pnpm, 'install', '--frozen-lockfile'], {
    cwd: clone.root,
    env,
    node: findCommand(['node'], env) ?? process.execPath,
    output: isVerbose ? 'echo' : 'keep',
    stop,
    onStart,
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
    // It would ask whether it may replace a node_modules that another setting made.
    pnpm_config_confirm_modules_purge: 'false',
    ...environment,
    // With NODE_ENV=production pnpm would leave out the development dependencies: Node and turbo are among them.
    NODE_ENV: undefined,
  };
}

/** @param {import('./command.mjs').Outcome} outcome */
function explain({ code, output }) {
  for (const [sign, sentence] of FAILURES) if (sign.test(output)) return sentence;
  return `The dependencies could not be installed (exit code ${code}); why is said above.`;
}

/** @type {[RegExp, string][]} */
const FAILURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dns error|client error \(Connect\)|FetchError/,
    'The package registry cannot be reached. Check the network (or the proxy and registry settings of npm) and start again.',
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml does not fit the package.json files. Let `pnpm install` bring it up to date, and start again.',
  ],
  [/ENOSPC|No space left/i, 'The disk is full. Make some room and start again.'],
  [
    /EACCES|EPERM|EROFS|Permission denied/i,
    'Something in this folder or in the package store cannot be written. Check whose it is and start again.',
  ],
];

/** @param {string} output */
function lastLines(output) {
  return output.trimEnd().split('\n').slice(-20).join('\n');
}
