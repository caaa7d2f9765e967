import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from './clone.mjs';

/**
 * SHA-256 of everything that decides what an install puts into node_modules.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {string} [machine] what the binary packages are chosen by
 * @returns {string}
 */
export function dependenciesFingerprint(clone, machine = `${process.platform}-${process.arch}`) {
  const manifests = workspaceFolders(clone).map((folder) => join(folder, 'package.json'));
  const hash = createHash('sha256').update(machine);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    const content = readFileSync(join(clone.root, file));
    // With its name and length, so that nothing can move from one file to the next unnoticed.
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
