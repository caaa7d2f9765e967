import { findHeads, readRevisions, type Revision } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { detailsOf } from './history.ts';
import { engineOf, addMigrationOptions, getMigrationsFolder, type DbOptions } from './migration-command.ts';

/** Equivalent of `flask db heads`. */
export function configure(command: Command): void {
  addRevisionListOptions(command).action(async (options: RevisionListOptions) => {
    const heads = findHeads(await revisionsOf(options));
    if (options.json) printJson(heads.map(publicRevision));
    else for (const head of heads) printRevision(head, head.name, options);
    if (heads.length > 1 && !options.json) printLine('There is more than one head. Run: pnpm db merge');
  });
}

export type RevisionListOptions = DbOptions & { verbose?: true };

export function addRevisionListOptions(command: Command): Command {
  return addMigrationOptions(command)
    .option('-v, --verbose', 'also show the message, the parents and the file of each')
    .option('--json', 'print JSON');
}

export function printRevision(revision: Revision, line: string, { verbose }: RevisionListOptions): void {
  printLine(line);
  if (verbose) for (const detail of detailsOf(revision)) printLine(`    ${detail}`);
}

export const revisionsOf = (options: DbOptions) =>
  readRevisions(engineOf(options), getMigrationsFolder(options));

const publicRevision = ({ name, message, createdAt, after }: Revision) => ({
  name,
  message,
  createdAt,
  after,
});
