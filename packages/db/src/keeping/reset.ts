import { countRows, quoted } from '../copying/ask.ts';
import { progressTable } from '../copying/copy-progress.ts';
import { tablesOf } from '../copying/tables.ts';
import { upgrade } from '../migrating/index.ts';
import { journalTable, migrationJournal } from '../migrating/migration-journal.ts';
import { underMigrationLock } from '../migrating/migration-lock.ts';
import type { Database } from '../database.ts';
import { explained, KeepingError } from './keeping-error.ts';

/** A table that would go, and how much is in it. */
export type TableToGo = { table: string; rows: number };

/** What a reset drops: the tables of the application that are there. Another one's are not among them. */
export async function tablesToGo(database: Database): Promise<TableToGo[]> {
  const found: TableToGo[] = [];
  for (const { name } of tablesOf(database)) {
    const rows = await countRows(database, name);
    if (rows !== null) found.push({ table: name, rows });
  }
  return found;
}

/**
 * Drops everything of the application, and makes its tables anew. Of several processes that migrate at once, one does
 * it while the others wait.
 * @throws KeepingError `no_rights`, `in_use`; DatabaseError as `upgrade` does
 */
export async function resetDatabase(database: Database): Promise<void> {
  const { orm, engine, place } = database;
  if ((await countRows(database, 'migrations')) === null && (await countRows(database, 'users')) !== null) {
    throw new KeepingError(
      'not_empty',
      `${place} has a table of users that is not from here. It was left as it is: point DATABASE_URL at a database of its own.`,
    );
  }
  // Those that refer to others before those.
  const ours = tablesOf(database)
    .map(({ name }) => name)
    .reverse();
  const tables = [...ours, progressTable];

  await explained(place, async () => {
    // It makes the table by which the lock is taken.
    await orm.migrator.getExecuted();
    await migrationJournal(database).ensureTable();
    await underMigrationLock(database, async (transaction) => {
      const run = (sql: string) => orm.em.getConnection().execute(sql, [], 'run', transaction);
      if (engine === 'mysql') await run('set session foreign_key_checks = 0');
      for (const table of tables) {
        const name = quoted(database, table);
        await run(`drop table if exists ${name}${engine === 'postgresql' ? ' cascade' : ''}`);
      }
      if (engine === 'mysql') await run('set session foreign_key_checks = 1');
      // These two stay: the lock of SQLite is taken by one of them.
      await run('delete from migrations');
      await run(`delete from ${journalTable}`);
    });
    await upgrade(database);
  });
}
