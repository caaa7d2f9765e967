import { currentRevision, DatabaseError, historyOf, requireCurrentSchema, type Database } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson, lookAtDatabase } from '../command.ts';
import { migrationCommand, type DbOptions } from './db-command.ts';
import { detailsOf } from './history.ts';

export function addCurrent(program: Command): void {
  migrationCommand(program, 'current', 'show the migration that the database is at')
    .option('-v, --verbose', 'with what it does, what it builds on, and its file')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions & { verbose?: true }) => {
      await lookAtDatabase(options, async (database) => {
        const [revision, problem] = [await currentRevision(database), await problemOf(database)];
        if (options.json) {
          sayJson({ revision, isUpToDate: problem === null, problem });
          return;
        }
        say(
          revision
            ? `${revision.name}, applied ${revision.appliedAt.toISOString()}`
            : 'No migration has run here.',
        );
        if (options.verbose)
          for (const detail of await detailsOfCurrent(database, revision)) say(`    ${detail}`);
        if (problem !== null) say(problem);
      });
    });
}

/** None of one that this version does not know. */
async function detailsOfCurrent(database: Database, revision: { name: string } | null): Promise<string[]> {
  const entry = (await historyOf(database)).revisions.find(({ name }) => name === revision?.name);
  return entry ? detailsOf(entry) : [];
}

/** Why the schema cannot be used as it is, and the way on; null when it can. */
async function problemOf(database: Database): Promise<string | null> {
  try {
    await requireCurrentSchema(database);
    return null;
  } catch (error) {
    if (error instanceof DatabaseError) return error.message;
    throw error;
  }
}
