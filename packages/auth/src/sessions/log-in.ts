import { AuthError } from '../auth-error.ts';
import { truncateClient, notFresh, type AuthParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import { endSurplusDevices } from '../devices/end-devices.ts';
import type { NewTokens } from './replace-session.ts';
import type { IssuedTokens, PresentedTokens } from './session-cookies.ts';
import { isToken } from './session-token.ts';
import type { Client, Session } from './session.ts';

export type LoginOptions = {
  client: Client;
  /** *Remember me*: the browser stays signed in after it was closed. */
  remember?: boolean;
  /** How long the browser stays remembered, if not for the configured time. Milliseconds. */
  duration?: number;
  /** Also signs in a disabled user. */
  force?: boolean;
  /** Whether the login is fresh; true by default. */
  fresh?: boolean;
  /** The tokens that the browser sent: its earlier session ends. */
  replaces?: PresentedTokens;
};

/**
 * Starts a session for a user. The caller has checked the password. Equivalent of Flask-Login's `login_user`.
 * @throws AuthError `account_disabled`, unless forced; `unknown_user` when the user was deleted
 * @throws RangeError for a duration that is not a positive number
 */
export async function loginUser<U extends User>(
  parts: AuthParts<U>,
  user: User,
  { client, remember = false, duration, force = false, fresh = true, replaces }: LoginOptions,
): Promise<NewTokens> {
  if (duration !== undefined && !(Number.isFinite(duration) && duration > 0)) {
    throw new RangeError('duration must be a positive number of milliseconds.');
  }
  if (replaces) await endPresented(parts, replaces);

  const browser = remember
    ? await parts.rememberTokens.remember(user.id, truncateClient(client), duration)
    : null;
  const { token, session } = await parts.sessions.create({
    ...truncateClient(client),
    userId: user.id,
    browserId: browser?.browserId ?? null,
    createdAt: new Date(),
    freshUntil: fresh ? new Date(Date.now() + parts.freshMs) : notFresh,
  });
  // Loaded again after the session exists: the user may have been disabled since the password was checked.
  const loaded = await parts.loadUser(user.id);
  if (!loaded || (!loaded.isActive && !force)) {
    await endSessionAndBrowser(parts, session);
    throw new AuthError(loaded ? 'account_disabled' : 'unknown_user');
  }

  await endSurplusDevices(parts, session);
  await parts.events.emit('signed_in', { user: loaded, session, client });
  if (browser) return { session, issued: { session: token, remember: browser } };
  // An earlier login may have left a remember cookie, whose token has ended above.
  return { session, issued: { session: token, ...(replaces?.remember && { remember: null }) } };
}

/**
 * Ends the session and the remembered browser of these tokens, for every copy of them. Tokens of no session are ignored.
 * Equivalent of Flask-Login's `logout_user`.
 */
export async function logoutUser<U extends User>(
  parts: AuthParts<U>,
  presented: PresentedTokens,
  client: Client,
): Promise<IssuedTokens> {
  const userId = await endPresented(parts, presented);
  if (userId) await parts.events.emit('signed_out', { userId, client });
  return {
    ...(presented.session !== null && { session: null }),
    ...(presented.remember !== null && { remember: null }),
  };
}

/** @returns the id of the session's user; null when there was no session */
async function endPresented<U extends User>(
  parts: AuthParts<U>,
  { session, remember }: PresentedTokens,
): Promise<string | null> {
  const found = isToken('session', session) ? await parts.sessions.find(session) : null;
  if (found) await endSessionAndBrowser(parts, found.session);
  if (isToken('remember', remember)) await parts.rememberTokens.forget(remember);
  return found?.user.id ?? null;
}

async function endSessionAndBrowser<U extends User>(
  { sessions, rememberStore }: AuthParts<U>,
  { id, browserId }: Session,
): Promise<void> {
  if (browserId) await rememberStore.endBrowser(browserId);
  await sessions.end(id);
}
