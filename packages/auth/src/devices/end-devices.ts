import type { AuthParts } from '../auth-parts.ts';
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
  const hasEnded = await endBrowserOrSession(parts, userId, id);
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
  const others = (await listDevices(parts, userId, current)).filter(({ isCurrent }) => !isCurrent);
  await parts.rememberStore.endBrowsers(userId, current.browserId);
  // This also ends earlier sessions of the current browser, which are not in the list of devices.
  await parts.sessions.endOthers(userId, current.id);
  if (others.length > 0) await parts.events.emit('other_sessions_ended', { userId, client });
  return others.length;
}

/** Ends every session and every remembered browser of a user. */
export async function endAllSessions<U extends User>(parts: AuthParts<U>, userId: string): Promise<void> {
  await parts.rememberStore.endBrowsers(userId);
  await parts.sessions.endAll(userId);
}

/** Ends the least recently used devices above the limit of `sessionsPerUser`. */
export async function endSurplusDevices<U extends User>(
  parts: AuthParts<U>,
  session: Session,
): Promise<void> {
  if (!parts.sessionsPerUser) return;
  const devices = await listDevices(parts, session.userId, session);
  for (const { id } of devices.slice(parts.sessionsPerUser)) {
    await endBrowserOrSession(parts, session.userId, id);
  }
}

async function endBrowserOrSession<U extends User>(
  { rememberStore, sessions }: AuthParts<U>,
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
