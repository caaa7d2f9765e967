import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from './clone.mjs';
import { runCommand } from './command.mjs';
import { dependenciesFingerprint } from './fingerprint.mjs';
import { Problem } from './problem.mjs';
import { withProgress } from './progress.mjs';

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {Pick<import('./command.mjs').CommandOptions, 'stop' | 'onStart'> & { isVerbose: boolean }} Work
 */

/** npm and pnpm wait a minute before their last try: too long for somebody who has just no network. */
const RETRIES = { fetch_retry_mintimeout: '2000', fetch_retry_maxtimeout: '8000' };

/**
 * Installs exactly what the lockfile says, unless that is already there.
 *
 * @param {Clone} clone
 * @param {Work} work
 */
export async function installDependencies(clone, work) {
  const fingerprint = dependenciesFingerprint(clone);
  if (isInstalled(clone, fingerprint)) return;

  await withProgress(announcement(clone), async () => {
    if (existsSync(unfinishedMarkOf(clone))) removeModules(clone);
    await install(clone, work);
    if (missingParts(clone).length === 0) return;
    // Damaged in a way that pnpm does not see.
    removeModules(clone);
    await install(clone, work);
  });
  refuseUnusable(clone);
  writeFileSync(markOf(clone), markFor(clone, fingerprint));
}

/**
 * Has this very lockfile been installed, completely, by us, and nothing else been installed since?
 *
 * @param {Clone} clone
 * @param {string} [fingerprint]
 */
export function isInstalled(clone, fingerprint = dependenciesFingerprint(clone)) {
  if (!existsSync(markOf(clone)) || missingParts(clone).length > 0) return false;
  return readFileSync(markOf(clone), 'utf8') === markFor(clone, fingerprint);
}

/**
 * What an install leaves behind and is not there, relative to the root.
 *
 * @param {Clone} clone
 */
export function missingParts(clone) {
  const modules = workspaceFolders(clone)
    .filter((folder) => hasDependencies(join(clone.root, folder)))
    .map((folder) => join(folder, 'node_modules'));
  return ['node_modules/.modules.yaml', 'node_modules/node/bin/node', ...modules].filter(
    (path) => !existsSync(join(clone.root, path)),
  );
}

/** @param {string} folder */
function hasDependencies(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length > 0;
}

/** @param {Clone} clone */
function markOf({ stateFolder }) {
  return join(stateFolder, 'installed');
}

/**
 * There while an install is under way. Found at the beginning of one, it says that the last one was cut short: what
 * that left is not to be trusted, and cheap to make again, because what was downloaded is kept elsewhere.
 *
 * @param {Clone} clone
 */
function unfinishedMarkOf({ stateFolder }) {
  return join(stateFolder, 'installing');
}

/**
 * pnpm's own record is part of it: it changes when somebody installs something else by hand (`--prod`, for example).
 *
 * @param {Clone} clone
 * @param {string} fingerprint
 */
function markFor({ modules }, fingerprint) {
  const record = createHash('sha256').update(readFileSync(join(modules, '.modules.yaml'))).digest('hex');
  return `${fingerprint}\n${record}\n`;
}

/** @param {Clone} clone */
function announcement({ modules }) {
  return existsSync(modules)
    ? { doing: 'Bringing the dependencies up to date…', done: 'Brought the dependencies up to date' }
    : { doing: 'Installing dependencies (first start only, about a minute)…', done: 'Installed the dependencies' };
}

/**
 * @param {Clone} clone
 * @param {Work} work
 */
async function install(clone, { isVerbose, stop, onStart }) {
  mkdirSync(clone.stateFolder, { recursive: true });
  rmSync(markOf(clone), { force: true });
  writeFileSync(unfinishedMarkOf(clone), '');
  const { code, output } = await runCommand(
    ['npx', ...npxOptions(clone), 'install', '--frozen-lockfile'],
    { cwd: clone.root, env: installEnvironment(process.env), isShown: isVerbose, stop, onStart },
  );
  // Whether it went well or not, it has come to an end by itself.
  rmSync(unfinishedMarkOf(clone));
  if (code !== 0) throw new Problem(explainFailure(output, code), { detail: lastLines(output) });
}

/**
 * The pnpm that package.json pins. Not the one in node_modules: that may be the very thing to repair, so npx looks
 * from a folder that has none; and what npm has in its cache it need not ask the registry for.
 *
 * @param {Clone} clone
 */
function npxOptions({ root, stateFolder }) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return ['--yes', '--prefer-offline', `--prefix=${stateFolder}`, packageManager.split('+')[0]];
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

/**
 * @param {string} output
 * @param {number} code
 */
function explainFailure(output, code) {
  for (const [sign, sentence] of FAILURES) if (sign.test(output)) return sentence;
  return `Installing the dependencies failed (pnpm ended with code ${code}). What it said is above; --verbose shows all of it.`;
}

/** @type {[RegExp, string][]} */
const FAILURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dns error|client error \(Connect\)|FetchError/,
    'The package registry cannot be reached. Check the network (or the proxy and registry settings of npm) and start again.',
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml does not fit the package.json files. Run `npx pnpm install`, keep the lockfile it writes, and start again.',
  ],
  [/ENOSPC|No space left/i, 'The disk is full. Make some room and start again.'],
  [/EACCES|EPERM|EROFS|Permission denied/i, 'Something in this folder or in the package store cannot be written. Check whose it is and start again.'],
];

/** @param {string} output */
function lastLines(output) {
  return output.trimEnd().split('\n').slice(-20).join('\n');
}

/** @param {Clone} clone */
function removeModules(clone) {
  for (const folder of workspaceFolders(clone)) {
    rmSync(join(clone.root, folder, 'node_modules'), { recursive: true, force: true });
  }
}

/** @param {Clone} clone */
function refuseUnusable(clone) {
  const missing = missingParts(clone);
  if (missing.length > 0) throw new Problem(`pnpm says that it has installed everything, yet ${missing[0]} is missing.`);
  try {
    execFileSync(clone.node, ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Problem(
      `The pinned Node does not run on this machine (${process.platform}-${process.arch}): ${clone.node}. It needs glibc on Linux.`,
    );
  }
}
