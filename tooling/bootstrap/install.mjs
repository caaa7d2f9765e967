import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from './clone.mjs';
import { dependenciesFingerprint } from './dependencies-fingerprint.mjs';
import { runPnpmInstall } from './pnpm-install.mjs';
import { withProgress } from './progress.mjs';
import { UserError } from './user-error.mjs';

/**
 * @typedef {import('./clone.mjs').Clone} Clone
 * @typedef {import('./run-command.mjs').StepOptions} StepOptions
 */

/**
 * Installs exactly the lockfile's packages, unless they are installed already.
 *
 * @param {Clone} clone
 * @param {StepOptions} options
 */
export async function installDependencies(clone, options) {
  const fingerprint = dependenciesFingerprint(clone);
  if (isInstalled(clone, fingerprint)) return;

  await withProgress({ ...progressTexts(clone), isVerbose: options.isVerbose }, async () => {
    if (existsSync(interruptedMarkPath(clone))) removeModules(clone);
    await install(clone, options);
    if (missingParts(clone).length === 0) return;
    // pnpm does not detect every kind of damage.
    removeModules(clone);
    await install(clone, options);
  });
  assertUsable(clone);
  writeFileSync(markOf(clone), createMark(clone, fingerprint));
}

/**
 * Whether the bootstrap has installed this lockfile completely and nothing else has been installed since.
 *
 * @param {Clone} clone
 * @param {string} [fingerprint]
 */
export function isInstalled(clone, fingerprint = dependenciesFingerprint(clone)) {
  if (!existsSync(markOf(clone)) || missingParts(clone).length > 0) return false;
  return readFileSync(markOf(clone), 'utf8') === createMark(clone, fingerprint);
}

/**
 * Paths that an install creates and that do not exist, relative to the root.
 *
 * @param {Clone} clone
 */
function missingParts(clone) {
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
 * A file that exists during an install. If it exists before one, the previous install was interrupted and node_modules
 * may be incomplete. Installing it again is cheap, because pnpm keeps the downloads elsewhere.
 *
 * @param {Clone} clone
 */
function interruptedMarkPath({ stateFolder }) {
  return join(stateFolder, 'installing');
}

/**
 * Includes pnpm's own record, which changes when the user installs something else, for example with `--prod`.
 *
 * @param {Clone} clone
 * @param {string} fingerprint
 */
function createMark({ modules }, fingerprint) {
  const record = createHash('sha256')
    .update(readFileSync(join(modules, '.modules.yaml')))
    .digest('hex');
  return `${fingerprint}\n${record}\n`;
}

/** @param {Clone} clone */
function progressTexts(clone) {
  const done = 'Installed the dependencies';
  if (existsSync(interruptedMarkPath(clone))) {
    return { doing: 'Reinstalling dependencies (the last install was interrupted)…', done };
  }
  if (existsSync(clone.modules)) return { doing: 'Updating dependencies…', done };
  return { doing: 'Installing dependencies (first start only, about a minute)…', done };
}

/**
 * @param {Clone} clone
 * @param {StepOptions} options
 */
async function install(clone, options) {
  mkdirSync(clone.stateFolder, { recursive: true });
  rmSync(markOf(clone), { force: true });
  writeFileSync(interruptedMarkPath(clone), '');
  const failure = await runPnpmInstall(clone, options);
  // Reached whether the install succeeded or failed, but not when it was interrupted.
  rmSync(interruptedMarkPath(clone));
  if (failure) throw failure;
}

/** @param {Clone} clone */
function removeModules(clone) {
  for (const folder of workspaceFolders(clone)) {
    rmSync(join(clone.root, folder, 'node_modules'), { recursive: true, force: true });
  }
}

/** @param {Clone} clone */
function assertUsable(clone) {
  const missing = missingParts(clone);
  if (missing.length > 0) throw new UserError(`pnpm install succeeded, but ${missing[0]} is missing.`);
  try {
    execFileSync(clone.node, ['--version'], { stdio: 'ignore' });
  } catch {
    throw new UserError(
      `The pinned Node does not run on this machine (${process.platform}-${process.arch}): ${clone.node}. On Linux it needs glibc.`,
    );
  }
}
