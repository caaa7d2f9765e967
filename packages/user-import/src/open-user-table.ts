import type { Database } from '@latchkey/db';
import { serverUserTable } from './user-table-server.ts';
import { sqliteUserTable } from './user-table-sqlite.ts';
import type { UserTable } from './user-table.ts';

/** Opens the users table with the statements that are fastest on its engine. */
export async function openUserTable(database: Database): Promise<UserTable> {
  return database.engine === 'sqlite' ? sqliteUserTable(database) : serverUserTable(database);
}
