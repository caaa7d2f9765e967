import { currentRevision, DatabaseError, requireCurrentSchema, type Database } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson, lookAtDatabase } from '../command.ts';
import { migrationCommand, type DbOptions } from './db-command.ts';

export function addCurrent(program: Command): void {
  migrationCommand(program, 'current', 'show the migration that the database is at')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions) => {
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
        if (problem !== null) say(problem);
      });
    });
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
