import { explainErrors, toBackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import type { TableReader, TableWriter } from './table-access.ts';

/** Opens a view of all tables, which has to be closed. */
export async function readTables(database: Database): Promise<TableReader> {
  const { place } = database;
  const reader = await explainErrors(place, () => openReader(database));
  return {
    count: (table) => explainErrors(place, () => reader.count(table)),
    async *pages(table, after) {
      try {
        yield* reader.pages(table, after);
      } catch (error) {
        throw toBackupError(error, `${place} (table ${table.name})`);
      }
    },
    close: () => explainErrors(place, () => reader.close()),
  };
}

/** Opens a way to fill tables, which has to be closed. */
export async function writeTables(database: Database): Promise<TableWriter> {
  const { place } = database;
  const writer = await explainErrors(place, () => openWriter(database));
  return {
    insert: (table, rows, notes) =>
      explainErrors(`${place} (table ${table.name})`, () => writer.insert(table, rows, notes)),
    finish: (table) => explainErrors(`${place} (table ${table.name})`, () => writer.finish(table)),
    close: () => explainErrors(place, () => writer.close()),
  };
}

/** Only the engine that is asked for is loaded. */
async function openReader(database: Database): Promise<TableReader> {
  switch (database.engine) {
    case 'sqlite':
      return (await import('./sqlite-tables.ts')).readSqlite(database);
    case 'postgresql':
      return (await import('./postgresql-tables.ts')).readPostgresql(database);
    case 'mysql':
      return (await import('./mysql-tables.ts')).readMysql(database);
  }
}

async function openWriter(database: Database): Promise<TableWriter> {
  switch (database.engine) {
    case 'sqlite':
      return (await import('./sqlite-tables.ts')).writeSqlite(database);
    case 'postgresql':
      return (await import('./postgresql-tables.ts')).writePostgresql(database);
    case 'mysql':
      return (await import('./mysql-tables.ts')).writeMysql(database);
  }
}
