import type { Database } from '@latchkey/db';
import { openServerUserTable } from './user-table-server.ts';
import { openSqliteUserTable } from './user-table-sqlite.ts';
import type { UserTable } from './user-table.ts';

/** Opens the users table with the statements that are fastest on its engine. */
export async function openUserTable(database: Database): Promise<UserTable> {
  return database.engine === 'sqlite' ? openSqliteUserTable(database) : openServerUserTable(database);
}
