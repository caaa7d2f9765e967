import type { EntityManager } from '@mikro-orm/core';
import { RememberedBrowser, Session } from '../entities/index.ts';
import type { Database } from '../database.ts';

/**
 * Ends every session and every remembered browser of a user; it holds at the next request, on every node.
 * @returns how many devices that were
 */
export function endAllSessions(database: Database, userId: string): Promise<number> {
  return database.transactional((em) => deleteUserSessions(em, userId));
}

/** The same within a transaction that does more. @param exceptBrowser one that stays remembered */
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
