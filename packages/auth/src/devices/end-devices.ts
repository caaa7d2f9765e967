import type { AuthParts, TransactionParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import type { Client, Session } from '../sessions/session.ts';
import { listDevices } from './list-devices.ts';

/** Ends one of a user's devices. @returns false when the user has no such device */
export async function endDevice<U extends User>(
  parts: AuthParts<U>,
  userId: string,
  id: string,
  client: Client,
): Promise<boolean> {
  const hasEnded = await parts.inTransaction(async (tx) => {
    await tx.lockUser(userId);
    return endBrowserOrSession(tx, userId, id);
  });
  if (hasEnded) await parts.events.emit('session_ended', { userId, client });
  return hasEnded;
}

/**
 * Ends all devices of a user except the one of this session, in a constant number of statements.
 * @returns how many devices
 */
export async function endOtherDevices<U extends User>(
  parts: AuthParts<U>,
  current: Session,
  client: Client,
): Promise<number> {
  const { userId } = current;
  const ended = await parts.inTransaction((tx) => endOthersWithin(tx, current));
  if (ended > 0) await parts.events.emit('other_sessions_ended', { userId, client });
  return ended;
}

/** The same in a transaction. */
export async function endOthersWithin<U extends User>(
  tx: TransactionParts<U>,
  current: Session,
): Promise<number> {
  const { userId } = current;
  await tx.endLogins(userId);
  const others = (await listDevices(tx, userId, current)).filter(({ isCurrent }) => !isCurrent);
  await tx.rememberStore.endBrowsers(userId, current.browserId);
  // This also ends earlier sessions of the current browser, which are not in the list of devices.
  await tx.sessions.endOthers(userId, current.id);
  return others.length;
}

/** Ends every session and every remembered browser of a user, and sign-ins that are in progress. */
export function endAllSessions<U extends User>(parts: AuthParts<U>, userId: string): Promise<void> {
  return parts.inTransaction((tx) => endAllWithin(tx, userId));
}

/** The same in a transaction. */
export async function endAllWithin<U extends User>(tx: TransactionParts<U>, userId: string): Promise<void> {
  await tx.endLogins(userId);
  await tx.rememberStore.endBrowsers(userId);
  await tx.sessions.endAll(userId);
}

/** Ends the least recently used devices above the limit of `sessionsPerUser`. */
export async function endSurplusDevices<U extends User>(
  parts: TransactionParts<U>,
  session: Session,
): Promise<void> {
  if (!parts.sessionsPerUser) return;
  const devices = await listDevices(parts, session.userId, session);
  for (const { id } of devices.slice(parts.sessionsPerUser)) {
    await endBrowserOrSession(parts, session.userId, id);
  }
}

async function endBrowserOrSession<U extends User>(
  { rememberStore, sessions }: TransactionParts<U>,
  userId: string,
  id: string,
): Promise<boolean> {
  if ((await rememberStore.listBrowsers(userId)).some((browser) => browser.id === id)) {
    await rememberStore.endBrowser(id);
    return true;
  }
  const isTheirs = (await sessions.list(userId)).some((session) => session.id === id);
  if (isTheirs) await sessions.end(id);
  return isTheirs;
}
