import { type Database, DatabaseError } from '@latchkey/db';
import { runSql, isMissingTable } from '@latchkey/db/sql';
import { openMigrationJournal } from './migration-journal.ts';
import { createMigrator, type MigratorWithJournal } from './migrator-with-journal.ts';
import { readRevisions } from './revisions.ts';

/**
 * Creates the tables that record migrations, if they are missing. Two processes may try it at the same time: the one that
 * fails checks again, and finds the tables.
 * @returns the migrator, which has checked its table: on SQLite it cannot do so within a transaction
 */
export async function ensureMigrationTables(database: Database): Promise<MigratorWithJournal> {
  const revisions = await readRevisions(database.engine, database.migrationsFolder);
  const migrator = createMigrator(database, revisions);
  await migrator.getExecuted().catch(() => migrator.getExecuted());
  const journal = openMigrationJournal(database);
  await journal.ensureTable().catch(() => journal.ensureTable());
  return migrator;
}

/**
 * Throws if the database has a table `users`, but no migration was ever applied: it belongs to another application.
 * @throws DatabaseError `foreign_tables`
 */
export async function refuseForeignTables(database: Database): Promise<void> {
  if ((await hasTable(database, 'migrations')) || !(await hasTable(database, 'users'))) return;
  throw new DatabaseError(
    'foreign_tables',
    `${database.location} has a table users that was not created by this application. Nothing was changed. Set DATABASE_URL to another database.`,
  );
}

async function hasTable(database: Database, table: string): Promise<boolean> {
  try {
    await runSql(database, `select 1 from ${table} where 1 = 0`);
    return true;
  } catch (error) {
    if (isMissingTable(error)) return false;
    throw error;
  }
}
