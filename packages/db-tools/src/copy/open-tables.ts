import { explainErrors, toBackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import type { TableReader, TableWriter } from './table-access.ts';

/** Opens a reader of all tables, whose errors are BackupErrors. It has to be closed. */
export async function openTableReader(database: Database): Promise<TableReader> {
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

/** Opens a writer of all tables, whose errors are BackupErrors. It has to be closed. */
export async function openTableWriter(database: Database): Promise<TableWriter> {
  const { location } = database;
  const writer = await explainErrors(location, () => openWriter(database));
  return {
    insert: (table, rows, statements) =>
      explainErrors(`${location} (table ${table.name})`, () => writer.insert(table, rows, statements)),
    finish: (table) => explainErrors(`${location} (table ${table.name})`, () => writer.finish(table)),
    close: () => explainErrors(location, () => writer.close()),
  };
}

/** Loads only the driver of the engine. */
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
