import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from './clone.mjs';

/**
 * SHA-256 of everything that determines the content of node_modules.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {string} [machine] platform and architecture, which select the binary packages
 * @returns {string}
 */
export function dependenciesFingerprint(clone, machine = `${process.platform}-${process.arch}`) {
  const manifests = workspaceFolders(clone).map((folder) => join(folder, 'package.json'));
  const hash = createHash('sha256').update(machine);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    const content = readFileSync(join(clone.root, file));
    // The name and the length separate the files, so that moving text from one to the next changes the hash.
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
