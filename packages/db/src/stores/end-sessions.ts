import { raw, type EntityData, type EntityManager, type InferEntity } from '@mikro-orm/core';
import { RememberedBrowser, Session, User } from '../entities/index.ts';
import type { Database } from '../database.ts';

/**
 * Ends all sessions and remembered browsers of a user, and sign-ins that are in progress. It takes effect at the next request,
 * on every node.
 * @returns the number of devices
 */
export function endAllSessions(database: Database, userId: string): Promise<number> {
  return database.transactional(async (em) => {
    await endLogins(em, userId);
    return deleteUserSessions(em, userId);
  });
}

/**
 * Makes sign-ins that are in progress fail, and locks the user. Call it before the sessions are deleted: a session that begins
 * meanwhile waits for the lock, and is then refused.
 * @param changes of the user to write with the same statement
 * @returns false when the user does not exist
 */
export async function endLogins(
  em: EntityManager,
  userId: string,
  changes: EntityData<InferEntity<typeof User>> = {},
): Promise<boolean> {
  const credentialVersion = raw('credential_version + 1');
  return (await em.nativeUpdate(User, { id: userId }, { ...changes, credentialVersion })) === 1;
}

/** Deletes a user's sessions as a part of a transaction. @param exceptBrowser the id of a remembered browser to keep */
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
