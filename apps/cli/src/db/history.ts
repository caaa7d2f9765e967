import { currentRevision, findRevision, historyOf, type HistoryEntry, type Revision } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine, writeJson } from '../command-line.ts';
import { withReadOnlyDatabase } from '../database-command.ts';
import { lineOf, addMigrationOptions, shownPath, type DbOptions } from './migration-command.ts';

type HistoryOptions = DbOptions & { range?: string; verbose?: true; indicateCurrent?: true };

/** Twin of `flask db history -r A:B -v -i`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-r, --range <a:b>', 'only those from one revision to another; either may be left out')
    .option('-v, --verbose', 'with what each builds on, and its file')
    .option('-i, --indicate-current', 'mark the one that the database is at')
    .option('--json', 'as JSON')
    .action(async ({ range = ':', verbose, indicateCurrent, json, ...options }: HistoryOptions) => {
      await withReadOnlyDatabase(options, async (database) => {
        const { revisions, unknown, heads } = await historyOf(database);
        const entries = within(range, revisions);
        const current = indicateCurrent ? (await currentRevision(database))?.name : undefined;
        if (json) {
          writeJson({ revisions: entries, unknown, heads });
          return;
        }
        for (const { name, appliedAt } of unknown.toReversed()) {
          const state = appliedAt ? `applied ${appliedAt.toISOString()}` : 'interrupted';
          writeLine(`${name}  ${state}, and not known to this version`);
        }
        for (const entry of entries.toReversed()) {
          const marks = [
            heads.includes(entry.name) ? ' (head)' : '',
            entry.name === current ? ' (current)' : '',
          ];
          writeLine(`${lineOf(entry)}${marks.join('')}`);
          if (verbose) for (const detail of detailsOf(entry)) writeLine(`    ${detail}`);
        }
        if (entries.length === 0) writeLine('There is no migration.');
      });
    });
}

type Details = Pick<Revision, 'message' | 'createdAt' | 'after' | 'path'>;

export function detailsOf({ message, createdAt, after, path }: Details): string[] {
  return [
    ...(message ? [`does: ${message}`] : []),
    `written: ${createdAt.toISOString()}`,
    `builds on: ${after.join(', ') || 'nothing'}`,
    `file: ${shownPath(path)}`,
  ];
}

function within(range: string, revisions: readonly HistoryEntry[]): HistoryEntry[] {
  const [from = '', to = from, more] = range.split(':');
  if (more !== undefined) {
    throw new CommandError(`--range: found ${range}; expected two revisions with a colon between, like A:B.`);
  }
  const placeOf = (text: string, whenLeftOut: number) => {
    if (text === '') return whenLeftOut;
    if (text === 'base') return 0;
    return text === 'head' ? revisions.length - 1 : revisions.indexOf(findRevision(revisions, text));
  };
  const ends = [placeOf(from, 0), placeOf(to, revisions.length - 1)];
  return revisions.slice(Math.min(...ends), Math.max(...ends) + 1);
}
