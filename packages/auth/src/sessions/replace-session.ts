import { truncateClient, type AuthParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import type { IssuedTokens } from './session-cookies.ts';
import type { Client, Session } from './session.ts';

/** A session under a new token, and the changes to the browser's cookies. */
export type NewTokens = { session: Session; issued: IssuedTokens };

/** Marks the login as fresh, under a new token. The caller has checked the password. */
export async function confirmLogin<U extends User>(
  parts: AuthParts<U>,
  user: U,
  session: Session,
  client: Client,
): Promise<NewTokens> {
  const freshUntil = new Date(Date.now() + parts.freshMs);
  const confirmed = await replaceSession(parts, session, client, freshUntil);
  await parts.events.emit('confirmed', { user, client });
  return confirmed;
}

/** Replaces the tokens of a session and of its remembered browser, after a change of the credential. */
export async function rotateSession<U extends User>(
  parts: AuthParts<U>,
  session: Session,
  client: Client,
): Promise<NewTokens> {
  const rotated = await replaceSession(parts, session, client, session.freshUntil);
  const browsers = await parts.rememberStore.listBrowsers(session.userId);
  const browser = browsers.find(({ id }) => id === session.browserId);
  if (!browser) return rotated;
  const remember = { token: await parts.rememberTokens.reissue(browser.id), expiresAt: browser.expiresAt };
  return { ...rotated, issued: { ...rotated.issued, remember } };
}

/** Creates a session in place of another one, which ends. */
export async function replaceSession<U extends User>(
  { sessions }: AuthParts<U>,
  { id: replacedId, userId, browserId, createdAt }: Session,
  client: Client,
  freshUntil: Date,
): Promise<NewTokens> {
  const next = { ...truncateClient(client), userId, browserId, createdAt, freshUntil, replacedId };
  const { token, session } = await sessions.create(next);
  await sessions.end(replacedId);
  return { session, issued: { session: token } };
}
