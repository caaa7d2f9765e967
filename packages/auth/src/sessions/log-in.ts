import { truncateClient, notFresh, type AuthParts, type TransactionParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import { endSurplusDevices } from '../devices/end-devices.ts';
import { lockForLogin } from './begin-session.ts';
import type { NewTokens } from './replace-session.ts';
import type { IssuedTokens, PresentedTokens } from './session-cookies.ts';
import { isToken } from './session-token.ts';
import type { Client } from './session.ts';

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
 * @param user as they were when the password was checked
 * @throws AuthError `unknown_user` when the user was deleted; unless forced, `account_disabled`, or `credential_changed` when a
 * change that ends sessions has come between
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
  const begun = await parts.inTransaction(async (tx) => {
    const current = await lockForLogin(tx, user, { force });
    const ended = replaces ? await endPresented(tx, replaces, client) : nothingEnded;
    const browser = remember
      ? await tx.rememberTokens.remember(user.id, truncateClient(client), duration)
      : null;
    const { token, session } = await tx.sessions.create({
      ...truncateClient(client),
      userId: user.id,
      browserId: browser?.browserId ?? null,
      createdAt: new Date(),
      freshUntil: fresh ? new Date(Date.now() + parts.freshMs) : notFresh,
    });
    await endSurplusDevices(tx, session);
    return { current, ended, browser, token, session };
  });

  const { current, ended, browser, token, session } = begun;
  await reportCopied(parts, ended, client);
  await parts.events.emit('signed_in', { user: current, session, client });
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
  const hasToken = isToken('session', presented.session) || isToken('remember', presented.remember);
  const ended = hasToken
    ? await parts.inTransaction((tx) => endPresented(tx, presented, client))
    : nothingEnded;
  await reportCopied(parts, ended, client);
  if (ended.userId) await parts.events.emit('signed_out', { userId: ended.userId, client });
  return {
    ...(presented.session !== null && { session: null }),
    ...(presented.remember !== null && { remember: null }),
  };
}

/** The user whose session has ended, and the user of whose remember token there is a copy. */
type Ended = { userId: string | null; copiedFrom: string | null };

const nothingEnded: Ended = { userId: null, copiedFrom: null };

async function endPresented<U extends User>(
  tx: TransactionParts<U>,
  { session, remember }: PresentedTokens,
  client: Client,
): Promise<Ended> {
  // Deleting the browser of the remember token would delete the session.
  const found = isToken('session', session) ? await tx.sessions.find(session) : null;
  const { copiedFrom } = isToken('remember', remember)
    ? await tx.rememberTokens.forget(remember)
    : nothingEnded;
  if (copiedFrom) await tx.reportCopy(copiedFrom, client);
  if (!found) return { userId: null, copiedFrom };
  if (found.session.browserId) await tx.rememberStore.endBrowser(found.session.browserId);
  await tx.sessions.end(found.session.id);
  return { userId: found.user.id, copiedFrom };
}

async function reportCopied<U extends User>(
  { events }: AuthParts<U>,
  { copiedFrom }: Ended,
  client: Client,
): Promise<void> {
  if (copiedFrom) await events.emit('remember_token_replayed', { userId: copiedFrom, client });
}
