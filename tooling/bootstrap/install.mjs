import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from './clone.mjs';
import { dependenciesFingerprint } from './fingerprint.mjs';
import { runPnpmInstall } from './pnpm.mjs';
import { UserError } from './user-error.mjs';
import { withProgress } from './progress.mjs';

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {import('./command.mjs').Work} Work
 */

/**
 * Installs exactly what the lockfile says, unless that is already there.
 *
 * @param {Clone} clone
 * @param {Work} work
 */
export async function installDependencies(clone, work) {
  const fingerprint = dependenciesFingerprint(clone);
  if (isInstalled(clone, fingerprint)) return;

  await withProgress({ ...announcement(clone), isVerbose: work.isVerbose }, async () => {
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
  const record = createHash('sha256')
    .update(readFileSync(join(modules, '.modules.yaml')))
    .digest('hex');
  return `${fingerprint}\n${record}\n`;
}

/** @param {Clone} clone */
function announcement(clone) {
  const done = 'Installed the dependencies';
  if (existsSync(unfinishedMarkOf(clone))) {
    return { doing: 'Installing dependencies afresh (the last time was cut short)…', done };
  }
  if (existsSync(clone.modules)) return { doing: 'Bringing the dependencies up to date…', done };
  return { doing: 'Installing dependencies (first start only, about a minute)…', done };
}

/**
 * @param {Clone} clone
 * @param {Work} work
 */
async function install(clone, work) {
  mkdirSync(clone.stateFolder, { recursive: true });
  rmSync(markOf(clone), { force: true });
  writeFileSync(unfinishedMarkOf(clone), '');
  const failure = await runPnpmInstall(clone, work);
  // Whether it went well or not, it has come to an end by itself.
  rmSync(unfinishedMarkOf(clone));
  if (failure) throw failure;
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
  if (missing.length > 0)
    throw new UserError(`pnpm says that it has installed everything, yet ${missing[0]} is missing.`);
  try {
    execFileSync(clone.node, ['--version'], { stdio: 'ignore' });
  } catch {
    throw new UserError(
      `The pinned Node does not run on this machine (${process.platform}-${process.arch}): ${clone.node}. It needs glibc on Linux.`,
    );
  }
}
