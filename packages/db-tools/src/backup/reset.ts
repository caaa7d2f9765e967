import type { Database } from '@latchkey/db';
import { driverCode } from '@latchkey/db/connection';
import { copyProgressTable, countRows, journalTable, quoteName } from '@latchkey/db/sql';
import {
  ensureMigrationTables,
  refuseForeignTables,
  readCreatedTables,
  withMigrationLock,
  upgrade,
} from '@latchkey/migrator';
import { listTables } from '../copy/tables.ts';
import { dependedOn, refuseDependents } from './refuse-dependents.ts';
import { explainErrors } from './backup-error.ts';

/** A table that a reset drops, with its number of rows. */
export type TableToDrop = { table: string; rows: number };

/** Lists the existing tables that a reset drops: those of the application, not of others. */
export async function tablesToDrop(database: Database): Promise<TableToDrop[]> {
  const found: TableToDrop[] = [];
  for (const table of await applicationTables(database)) {
    const rows = await countRows(database, table);
    if (rows !== null) found.push({ table, rows });
  }
  return found;
}

/** The tables of the entities, and those that only migrations name: renamed or dropped by a later one. */
async function applicationTables(database: Database): Promise<string[]> {
  const entityTables = listTables(database).map(({ name }) => name);
  const others = (await readCreatedTables(database)).filter((name) => !entityTables.includes(name));
  return [...entityTables, ...others];
}

/**
 * Drops all tables of the application, and creates them again. Takes the migration lock, so other processes that migrate
 * wait.
 * @throws BackupError `no_rights`, `in_use`, `depended_on`; DatabaseError as `upgrade` does
 */
export async function resetDatabase(database: Database): Promise<void> {
  const { orm, engine, location } = database;
  await refuseForeignTables(database);
  // Tables with foreign keys before the tables that these refer to.
  const tables = [...(await applicationTables(database)).reverse(), copyProgressTable];

  await explainErrors(location, async () => {
    await refuseDependents(database, tables);
    await ensureMigrationTables(database);
    await withMigrationLock(database, async (transaction) => {
      const run = (sql: string) => orm.em.getConnection().execute(sql, [], 'run', transaction);
      // These two tables are kept, because one is SQLite's migration lock. They are emptied first: MySQL does not roll back, and
      // a database without its tables must not count as up to date after an interruption.
      await run('delete from migrations');
      await run(`delete from ${journalTable}`);
      if (engine === 'mysql') await run('set session foreign_key_checks = 0');
      const names = tables.map((table) => quoteName(database, table));
      if (engine === 'postgresql')
        await run(`drop table if exists ${names.join(', ')}`).catch(explainDependents(location));
      else for (const name of names) await run(`drop table if exists ${name}`);
      if (engine === 'mysql') await run('set session foreign_key_checks = 1');
    });
    await upgrade(database);
  });
}

/** Explains PostgreSQL's error `dependent_objects_still_exist` with the objects that it lists. */
function explainDependents(location: string) {
  return (error: unknown): never => {
    if (driverCode(error) !== '2BP01') throw error;
    const [what = 'unknown objects'] = detailOf(error).split('\n');
    throw dependedOn({ location }, what);
  };
}

function detailOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('detail' in inner && typeof inner.detail === 'string') return inner.detail;
  }
  return '';
}
