import type { Database } from '../database.ts';
import { openServerRowWriter } from './row-writer-server.ts';
import { openSqliteRowWriter } from './row-writer-sqlite.ts';
import type { RowWriter } from './row-writer.ts';

/** Opens the row writer for the engine of a database. */
export async function openRowWriter(database: Database): Promise<RowWriter> {
  return database.engine === 'sqlite' ? openSqliteRowWriter(database) : openServerRowWriter(database);
}
