import { findRevision, historyOf, type HistoryEntry } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson, lookAtDatabase } from '../command.ts';
import { lineOf, migrationCommand, shownPath, type DbOptions } from './db-command.ts';

type HistoryOptions = DbOptions & { range?: string; verbose?: true };

/** Twin of `flask db history -i`. */
export function addHistory(program: Command): void {
  migrationCommand(program, 'history', 'show the migrations, the newest first, and which have run here')
    .option('-r, --range <a:b>', 'only those from one revision to another; either may be left out')
    .option('-v, --verbose', 'with what each builds on, and its file')
    .option('--json', 'as JSON')
    .action(async ({ range = ':', verbose, json, ...options }: HistoryOptions) => {
      await lookAtDatabase(options, async (database) => {
        const { revisions, unknown, heads } = await historyOf(database);
        const entries = within(range, revisions);
        if (json) {
          sayJson({ revisions: entries, unknown, heads });
          return;
        }
        for (const { name, appliedAt } of unknown.toReversed()) {
          say(`${name}  applied ${appliedAt.toISOString()}, and not known to this version`);
        }
        for (const entry of entries.toReversed()) {
          say(`${lineOf(entry)}${heads.includes(entry.name) ? ' (head)' : ''}`);
          if (verbose) for (const detail of detailsOf(entry)) say(`    ${detail}`);
        }
        if (entries.length === 0) say('There is no migration.');
      });
    });
}

export function detailsOf({ message, createdAt, after, path }: HistoryEntry): string[] {
  return [
    ...(message ? [`does: ${message}`] : []),
    `written: ${createdAt.toISOString()}`,
    `builds on: ${after.join(', ') || 'nothing'}`,
    `file: ${shownPath(path)}`,
  ];
}

function within(range: string, revisions: readonly HistoryEntry[]): HistoryEntry[] {
  const [from = '', to = from] = range.split(':');
  const first = from === '' || from === 'base' ? 0 : revisions.indexOf(findRevision(revisions, from));
  const last =
    to === '' || to === 'head' ? revisions.length - 1 : revisions.indexOf(findRevision(revisions, to));
  return revisions.slice(first, last + 1);
}
