import { readFile } from 'node:fs/promises';
import { findRevision, historyOf } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson, lookAtDatabase } from '../command.ts';
import { lineOf, migrationCommand, type DbOptions } from './db-command.ts';
import { detailsOf } from './history.ts';

/** Twin of `flask db show`. */
export function addShow(program: Command): void {
  migrationCommand(program, 'show', 'show a revision, and its file')
    .argument('<revision>', 'any beginning of its name; head for the newest')
    .option('--json', 'as JSON')
    .action(async (name: string, { json, ...options }: DbOptions) => {
      await lookAtDatabase(options, async (database) => {
        const { revisions } = await historyOf(database);
        const newest = name === 'head' ? revisions.at(-1) : undefined;
        const entry = newest ?? findRevision(revisions, name);
        const source = await readFile(entry.path, 'utf8');
        if (json) {
          sayJson({ ...entry, source });
          return;
        }
        say(lineOf(entry));
        for (const detail of detailsOf(entry)) say(`    ${detail}`);
        say(`\n${source.trimEnd()}`);
      });
    });
}
