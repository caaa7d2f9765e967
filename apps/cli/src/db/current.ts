import { type Database, DatabaseError } from '@latchkey/db';
import { readCurrentRevision, readHistory, requireCurrentSchema } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { withReadOnlyDatabase } from '../database-command.ts';
import { addMigrationOptions, type DbOptions } from './migration-command.ts';
import { detailsOf } from './history.ts';

export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-v, --verbose', 'also show its message, its parents and its file')
    .option('--json', 'print JSON')
    .action(async (options: DbOptions & { verbose?: true }) => {
      await withReadOnlyDatabase(options, async (database) => {
        const [revision, problem] = [await readCurrentRevision(database), await problemOf(database)];
        if (options.json) {
          printJson({ revision, isUpToDate: problem === null, problem });
          return;
        }
        printLine(
          revision
            ? `${revision.name}, applied ${revision.appliedAt.toISOString()}`
            : 'No migration is applied.',
        );
        if (options.verbose)
          for (const detail of await describeCurrent(database, revision)) printLine(`    ${detail}`);
        if (problem !== null) printLine(problem);
      });
    });
}

/** @returns nothing for a revision that is unknown to this version */
async function describeCurrent(database: Database, revision: { name: string } | null): Promise<string[]> {
  const entry = (await readHistory(database)).revisions.find(({ name }) => name === revision?.name);
  return entry ? detailsOf(entry) : [];
}

/** Why the schema is not usable, and what to do; null when it is current. */
async function problemOf(database: Database): Promise<string | null> {
  try {
    await requireCurrentSchema(database);
    return null;
  } catch (error) {
    if (error instanceof DatabaseError) return error.message;
    throw error;
  }
}
