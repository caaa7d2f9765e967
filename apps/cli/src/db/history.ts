import {
  readCurrentRevision,
  findRevision,
  type HistoryEntry,
  readHistory,
  type Revision,
} from '@latchkey/migrator';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { withReadOnlyDatabase } from '../database-command.ts';
import { lineOf, addMigrationOptions, shownPath, type DbOptions } from './migration-command.ts';

type HistoryOptions = DbOptions & { range?: string; verbose?: true; indicateCurrent?: true };

/** Equivalent of `flask db history -r A:B -v -i`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-r, --range <a:b>', 'only the revisions from A to B; both are optional')
    .option('-v, --verbose', 'also show the message, the parents and the file of each')
    .option('-i, --indicate-current', 'mark the revision of the database')
    .option('--json', 'print JSON')
    .action(async ({ range = ':', verbose, indicateCurrent, json, ...options }: HistoryOptions) => {
      await withReadOnlyDatabase(options, async (database) => {
        const { revisions, unknown, heads } = await readHistory(database);
        const entries = within(range, revisions);
        const current = indicateCurrent ? (await readCurrentRevision(database))?.name : undefined;
        if (json) {
          printJson({ revisions: entries, unknown, heads });
          return;
        }
        for (const { name, appliedAt } of unknown.toReversed()) {
          const state = appliedAt ? `applied ${appliedAt.toISOString()}` : 'interrupted';
          printLine(`${name}  ${state}, unknown to this version`);
        }
        for (const entry of entries.toReversed()) {
          const marks = [
            heads.includes(entry.name) ? ' (head)' : '',
            entry.name === current ? ' (current)' : '',
          ];
          printLine(`${lineOf(entry)}${marks.join('')}`);
          if (verbose) for (const detail of detailsOf(entry)) printLine(`    ${detail}`);
        }
        if (entries.length === 0) printLine('There is no migration.');
      });
    });
}

type Details = Pick<Revision, 'message' | 'createdAt' | 'after' | 'path'>;

export function detailsOf({ message, createdAt, after, path }: Details): string[] {
  return [
    ...(message ? [`message: ${message}`] : []),
    `created: ${createdAt.toISOString()}`,
    `builds on: ${after.join(', ') || 'nothing'}`,
    `file: ${shownPath(path)}`,
  ];
}

function within(range: string, revisions: readonly HistoryEntry[]): HistoryEntry[] {
  const [from = '', to = from, more] = range.split(':');
  if (more !== undefined) {
    throw new CommandError(`--range: found ${range}; expected two revisions like A:B.`);
  }
  const indexOf = (text: string, byDefault: number) => {
    if (text === '') return byDefault;
    if (text === 'base') return 0;
    return text === 'head' ? revisions.length - 1 : revisions.indexOf(findRevision(revisions, text));
  };
  const ends = [indexOf(from, 0), indexOf(to, revisions.length - 1)];
  return revisions.slice(Math.min(...ends), Math.max(...ends) + 1);
}
