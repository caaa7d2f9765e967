import { readFile } from 'node:fs/promises';
import { findRevision, readHistory } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { withReadOnlyDatabase } from '../database-command.ts';
import { lineOf, addMigrationOptions, type DbOptions } from './migration-command.ts';
import { detailsOf } from './history.ts';

/** Equivalent of `flask db show`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('<revision>', 'prefix of its name, or head for the newest')
    .option('--json', 'print JSON')
    .action(async (name: string, { json, ...options }: DbOptions) => {
      await withReadOnlyDatabase(options, async (database) => {
        const { revisions } = await readHistory(database);
        const newest = name === 'head' ? revisions.at(-1) : undefined;
        const entry = newest ?? findRevision(revisions, name);
        const source = await readFile(entry.path, 'utf8');
        if (json) {
          printJson({ ...entry, source });
          return;
        }
        printLine(lineOf(entry));
        for (const detail of detailsOf(entry)) printLine(`    ${detail}`);
        printLine(`\n${source.trimEnd()}`);
      });
    });
}
