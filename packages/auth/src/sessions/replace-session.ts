import { truncateClient, type AuthParts, type TransactionParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import { lockForLogin, lockSession } from './begin-session.ts';
import type { IssuedTokens } from './session-cookies.ts';
import type { Client, Session } from './session.ts';

/** A session under a new token, and the changes to the browser's cookies. */
export type NewTokens = { session: Session; issued: IssuedTokens };

/**
 * Marks the login as fresh, under a new token. The caller has checked the password.
 * @param user as they were when the password was checked
 * @throws AuthError as `loginUser`; `session_ended` when the session has ended meanwhile
 */
export async function confirmLogin<U extends User>(
  parts: AuthParts<U>,
  user: U,
  session: Session,
  client: Client,
): Promise<NewTokens> {
  const confirmed = await parts.inTransaction(async (tx) => {
    const { session: current } = await lockSession(tx, session);
    await lockForLogin(tx, user);
    return replaceSession(tx, current, client, new Date(Date.now() + parts.freshMs));
  });
  await parts.events.emit('confirmed', { user, client });
  return confirmed;
}

/**
 * Replaces the tokens of a session and of its remembered browser, after a change of the credential.
 * @throws AuthError `session_ended` when the session has ended meanwhile
 */
export function rotateSession<U extends User>(
  parts: AuthParts<U>,
  session: Session,
  client: Client,
): Promise<NewTokens> {
  return parts.inTransaction(async (tx) => {
    await lockSession(tx, session);
    return rotateTokens(tx, session, client);
  });
}

/** The same in the transaction of a change that has ended the session itself. */
export async function rotateTokens<U extends User>(
  tx: TransactionParts<U>,
  session: Session,
  client: Client,
): Promise<NewTokens> {
  const { unprovenTokenId } = session;
  if (unprovenTokenId) await tx.rememberTokens.proveToken(unprovenTokenId);
  const browsers = await tx.rememberTokens.listBrowsers(session.userId);
  const browser = browsers.find(({ id }) => id === session.browserId);
  if (!browser) {
    const alone = { ...session, browserId: null, unprovenTokenId: null };
    return replaceSession(tx, alone, client, session.freshUntil);
  }
  const { id, token } = await tx.rememberTokens.reissue(browser.id);
  const next = { ...session, unprovenTokenId: id };
  const { session: rotated, issued } = await replaceSession(tx, next, client, session.freshUntil);
  return { session: rotated, issued: { ...issued, remember: { token, expiresAt: browser.expiresAt } } };
}

/** Creates a session in place of another one, which ends. The caller has locked the user. */
export async function replaceSession<U extends User>(
  { sessions }: TransactionParts<U>,
  { id: replacedId, userId, browserId, createdAt, unprovenTokenId }: Session,
  client: Client,
  freshUntil: Date,
): Promise<NewTokens> {
  const next = { userId, browserId, createdAt, freshUntil, replacedId, unprovenTokenId };
  const { token, session } = await sessions.create({ ...truncateClient(client), ...next });
  await sessions.end(replacedId);
  return { session, issued: { session: token } };
}
