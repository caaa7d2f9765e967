import type { Database } from '@latchkey/db';
import { driverCode } from '@latchkey/db/connection';
import { copyProgressTable, countRows, journalTable, quoteName } from '@latchkey/db/sql';
import {
  ensureTables,
  refuseForeignTables,
  tablesMade,
  underMigrationLock,
  upgrade,
} from '@latchkey/migrator';
import { tablesOf } from '../copy/tables.ts';
import { dependedOn, refuseDependents } from './dependents.ts';
import { explained } from './backup-error.ts';

/** A table that would go, and how much is in it. */
export type TableToGo = { table: string; rows: number };

/** What a reset drops: the tables of the application that are there. Another one's are not among them. */
export async function tablesToGo(database: Database): Promise<TableToGo[]> {
  const found: TableToGo[] = [];
  for (const table of await ourTables(database)) {
    const rows = await countRows(database, table);
    if (rows !== null) found.push({ table, rows });
  }
  return found;
}

/** Those of entities, and those that only a migration knows: by an older name, or dropped by a later one. */
async function ourTables(database: Database): Promise<string[]> {
  const ofEntities = tablesOf(database).map(({ name }) => name);
  const others = (await tablesMade(database)).filter((name) => !ofEntities.includes(name));
  return [...ofEntities, ...others];
}

/**
 * Drops everything of the application, and makes its tables anew. Of several processes that migrate at once, one does
 * it while the others wait.
 * @throws BackupError `no_rights`, `in_use`, `depended_on`; DatabaseError as `upgrade` does
 */
export async function resetDatabase(database: Database): Promise<void> {
  const { orm, engine, location } = database;
  await refuseForeignTables(database);
  // Those that refer to others before those.
  const tables = [...(await ourTables(database)).reverse(), copyProgressTable];

  await explained(location, async () => {
    await refuseDependents(database, tables);
    await ensureTables(database);
    await underMigrationLock(database, async (transaction) => {
      const run = (sql: string) => orm.em.getConnection().execute(sql, [], 'run', transaction);
      // These two stay: the lock of SQLite is taken by one of them. First, since MySQL keeps whatever comes before an interruption,
      // and a database that has lost tables must not count as up to date.
      await run('delete from migrations');
      await run(`delete from ${journalTable}`);
      if (engine === 'mysql') await run('set session foreign_key_checks = 0');
      const names = tables.map((table) => quoteName(database, table));
      if (engine === 'postgresql')
        await run(`drop table if exists ${names.join(', ')}`).catch(tellDependents(location));
      else for (const name of names) await run(`drop table if exists ${name}`);
      if (engine === 'mysql') await run('set session foreign_key_checks = 1');
    });
    await upgrade(database);
  });
}

/** PostgreSQL's `dependent_objects_still_exist`, with its own words for what they are. */
function tellDependents(location: string) {
  return (error: unknown): never => {
    if (driverCode(error) !== '2BP01') throw error;
    const [what = 'it does not say what'] = detailOf(error).split('\n');
    throw dependedOn({ location }, what);
  };
}

function detailOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('detail' in inner && typeof inner.detail === 'string') return inner.detail;
  }
  return '';
}
