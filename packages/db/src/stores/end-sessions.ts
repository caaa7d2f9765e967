import type { EntityManager } from '@mikro-orm/core';
import { RememberedBrowser, Session } from '../entities/index.ts';
import type { Database } from '../database.ts';

/**
 * Ends all sessions and remembered browsers of a user. It takes effect at the next request, on every node.
 * @returns the number of devices
 */
export function endAllSessions(database: Database, userId: string): Promise<number> {
  return database.transactional((em) => deleteUserSessions(em, userId));
}

/** The same as a part of a transaction. @param exceptBrowser the id of a remembered browser to keep */
export async function deleteUserSessions(
  em: EntityManager,
  userId: string,
  exceptBrowser: string | null = null,
): Promise<number> {
  const others = { user: userId, ...(exceptBrowser !== null && { id: { $ne: exceptBrowser } }) };
  const sessions = await em.nativeDelete(Session, { user: userId, browser: null });
  const browsers = await em.nativeDelete(RememberedBrowser, others);
  await em.nativeDelete(Session, { user: userId });
  return sessions + browsers;
}
