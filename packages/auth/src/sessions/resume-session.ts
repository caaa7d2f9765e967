import { truncateClient, notFresh, type AuthParts } from '../auth-parts.ts';
import { anonymousUser, authenticatedUser, type CurrentUser, type User } from '../current-user.ts';
import { isSameDevice } from '../devices/user-agent.ts';
import { parallelRequestsMs } from '../remember/remember-tokens.ts';
import { replaceSession } from './replace-session.ts';
import type { IssuedTokens, PresentedTokens } from './session-cookies.ts';
import { hashToken, isToken } from './session-token.ts';
import { isFresh, type Client, type Session } from './session.ts';

/** Who makes a request. `session` is null for the anonymous user and for a user found by the request loader. */
export type Identity<U extends User> = {
  current: CurrentUser<U>;
  session: Session | null;
  /** Changes to the browser's cookies. */
  issued: IssuedTokens;
};

/**
 * Finds out who makes a request: by its session token, else by its remember token, else by the request loader.
 * Deletes a session that has expired or whose user was deleted. Equivalent of Flask-Login's `current_user`.
 */
export async function resumeSession<U extends User>(
  parts: AuthParts<U>,
  presented: PresentedTokens,
  client: Client,
  request?: Request,
): Promise<Identity<U>> {
  const identity =
    (await findSession(parts, presented, client)) ??
    (await acceptReplacedSession(parts, presented)) ??
    (await redeemRememberToken(parts, presented, client)) ??
    (request && (await loadFromRequest(parts, request, client))) ??
    anonymous;
  if (!identity.current.isAnonymous) await parts.events.emit('accessed', { user: identity.current.user });
  return identity;
}

// Invalid cookies are not deleted: a parallel request of the same browser may be replacing them.
const anonymous = { current: anonymousUser, session: null, issued: {} } as const;

async function findSession<U extends User>(
  parts: AuthParts<U>,
  presented: PresentedTokens,
  client: Client,
): Promise<Identity<U> | null> {
  if (!isToken('session', presented.session)) return null;
  const found = await parts.sessions.find(presented.session);
  if (!found) return null;

  const { user, mustRotate } = found;
  const session = await protectSession(parts, found.session, user, client);
  if (!session) return null;
  if (mustRotate) {
    // The user's role has changed: new rights need the password again.
    const replaced = await replaceSession(parts, session, client, notFresh);
    return { current: authenticatedUser(user), ...replaced };
  }
  return {
    current: authenticatedUser(user),
    session: await touchSession(parts, session, client),
    issued: {},
  };
}

/** Applies session protection. @returns null when the session was ended */
async function protectSession<U extends User>(
  { sessionProtection, sessions, rememberStore, adapter, events }: AuthParts<U>,
  session: Session,
  user: U,
  client: Client,
): Promise<Session | null> {
  if (sessionProtection === 'off' || isSameDevice(session.userAgent, client.userAgent)) return session;
  if (sessionProtection === 'strong') {
    if (session.browserId) await rememberStore.endBrowser(session.browserId);
    await sessions.end(session.id);
    await events.emit('session_protected', { user, client });
    return null;
  }
  if (!isFresh(session)) return session;
  await adapter.updateSession(session.id, { freshUntil: notFresh });
  await events.emit('session_protected', { user, client });
  return { ...session, freshUntil: notFresh };
}

/** Extends the idle time of a session; writes at most once per `touchMs`, unless the address has changed. */
async function touchSession<U extends User>(
  { adapter, rememberStore, touchMs }: AuthParts<U>,
  session: Session,
  { address }: Client,
): Promise<Session> {
  const now = new Date();
  if (now.getTime() - session.lastSeenAt.getTime() < touchMs && address === session.address) return session;
  await adapter.updateSession(session.id, { lastSeenAt: now, address });
  if (session.browserId) {
    await rememberStore.touchBrowser(session.browserId, { at: now, userAgent: session.userAgent, address });
  }
  return { ...session, lastSeenAt: now, address };
}

/**
 * Accepts the token of a session that a parallel request of the same browser has just replaced. The browser's cookies stay as
 * they are, because they are newer. The request must also send an unused remember token, and it is not fresh.
 */
async function acceptReplacedSession<U extends User>(
  { rememberTokens, sessions, loadUser }: AuthParts<U>,
  { session: token, remember }: PresentedTokens,
): Promise<Identity<U> | null> {
  if (!isToken('session', token) || !isToken('remember', remember)) return null;
  const browser = await rememberTokens.findBrowser(remember);
  if (!browser) return null;
  const since = Date.now() - parallelRequestsMs;
  const replacedId = hashToken(token);
  const session = (await sessions.list(browser.userId)).find(
    (other) =>
      other.browserId === browser.id &&
      other.replacedId === replacedId &&
      other.replacedAt !== null &&
      other.replacedAt.getTime() >= since,
  );
  const user = session && (await loadUser(session.userId));
  if (!user) return null;
  return { current: authenticatedUser(user), session: { ...session, freshUntil: notFresh }, issued: {} };
}

/** Starts a session for a remembered browser. It is not fresh. */
async function redeemRememberToken<U extends User>(
  { rememberTokens, rememberStore, sessions, loadUser, events }: AuthParts<U>,
  presented: PresentedTokens,
  client: Client,
): Promise<Identity<U> | null> {
  if (!isToken('remember', presented.remember)) return null;
  const redeemed = await rememberTokens.redeemRememberToken(presented.remember, truncateClient(client));
  if (redeemed.outcome === 'replayed') {
    await events.emit('remember_token_replayed', { userId: redeemed.userId, client });
  }
  if (redeemed.outcome !== 'redeemed') return null;

  const { browser, next } = redeemed;
  const user = await loadUser(browser.userId);
  if (!user) {
    await rememberStore.endBrowser(browser.id);
    return null;
  }
  const { token, session } = await sessions.create({
    ...truncateClient(client),
    userId: user.id,
    browserId: browser.id,
    createdAt: new Date(),
    freshUntil: notFresh,
  });
  await events.emit('remembered', { user, session, client });
  return { current: authenticatedUser(user), session, issued: { session: token, remember: next } };
}

async function loadFromRequest<U extends User>(
  { loadUserFromRequest, events }: AuthParts<U>,
  request: Request,
  client: Client,
): Promise<Identity<U> | null> {
  const user = await loadUserFromRequest?.(request);
  if (!user) return null;
  await events.emit('loaded_from_request', { user, client });
  return { current: authenticatedUser(user), session: null, issued: {} };
}
