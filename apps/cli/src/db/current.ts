import { currentRevision, DatabaseError, historyOf, requireCurrentSchema, type Database } from '@latchkey/db';
import type { Command } from 'commander';
import { writeLine, writeJson } from '../command-line.ts';
import { withReadOnlyDatabase } from '../database-command.ts';
import { addMigrationOptions, type DbOptions } from './migration-command.ts';
import { detailsOf } from './history.ts';

export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-v, --verbose', 'with what it does, what it builds on, and its file')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions & { verbose?: true }) => {
      await withReadOnlyDatabase(options, async (database) => {
        const [revision, problem] = [await currentRevision(database), await problemOf(database)];
        if (options.json) {
          writeJson({ revision, isUpToDate: problem === null, problem });
          return;
        }
        writeLine(
          revision
            ? `${revision.name}, applied ${revision.appliedAt.toISOString()}`
            : 'No migration has run here.',
        );
        if (options.verbose)
          for (const detail of await detailsOfCurrent(database, revision)) writeLine(`    ${detail}`);
        if (problem !== null) writeLine(problem);
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
