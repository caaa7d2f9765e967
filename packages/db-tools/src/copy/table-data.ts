import { explainErrors, toBackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import type { TableReader, TableWriter } from './table-access.ts';

/** Opens a view of all tables, which has to be closed. */
export async function readTables(database: Database): Promise<TableReader> {
  const { location } = database;
  const reader = await explainErrors(location, () => openReader(database));
  return {
    count: (table) => explainErrors(location, () => reader.count(table)),
    async *pages(table, after) {
      try {
        yield* reader.pages(table, after);
      } catch (error) {
        throw toBackupError(error, `${location} (table ${table.name})`);
      }
    },
    close: () => explainErrors(location, () => reader.close()),
  };
}

/** Opens a way to fill tables, which has to be closed. */
export async function writeTables(database: Database): Promise<TableWriter> {
  const { location } = database;
  const writer = await explainErrors(location, () => openWriter(database));
  return {
    insert: (table, rows, notes) =>
      explainErrors(`${location} (table ${table.name})`, () => writer.insert(table, rows, notes)),
    finish: (table) => explainErrors(`${location} (table ${table.name})`, () => writer.finish(table)),
    close: () => explainErrors(location, () => writer.close()),
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
