import type { MikroORM } from '@mikro-orm/core';

/** Returns the driver's connection (better-sqlite3's `Database`) or pool (pg; mysql2 with callbacks). */
export async function nativeClient(orm: MikroORM): Promise<object> {
  // The cast: MikroORM's type of a connection also covers databases without SQL.
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<object> };
  return connection.getNativeClient();
}
