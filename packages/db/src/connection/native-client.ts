import type { MikroORM } from '@mikro-orm/core';

/** The driver's own connection (better-sqlite3's `Database`) or pool (pg's, mysql2's with callbacks). */
export async function nativeClient(orm: MikroORM): Promise<object> {
  // The cast: the type of a connection is the same for databases that know no SQL.
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<object> };
  return connection.getNativeClient();
}
