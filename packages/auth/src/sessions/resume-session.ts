import { AuthError } from '../auth-error.ts';
import { truncateClient, notFresh, type AuthParts, type TransactionParts } from '../auth-parts.ts';
import { anonymousUser, authenticatedUser, type CurrentUser, type User } from '../current-user.ts';
import { isSameDevice } from '../devices/user-agent.ts';
import { isLongAgo } from '../remember/judge-token.ts';
import { lockSession } from './begin-session.ts';
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
  if (!session || !(await isTokenReceived(parts, session, client))) return null;
  if (mustRotate) return rotateAfterNewRole(parts, session, client);
  return {
    current: authenticatedUser(user),
    session: await touchSession(parts, session, client),
    issued: {},
  };
}

/**
 * Notes that the browser has received the remember token that was issued together with its session.
 * @returns false when that ends the session: the browser has another token, or another client has a copy
 */
async function isTokenReceived<U extends User>(
  parts: AuthParts<U>,
  session: Session,
  client: Client,
): Promise<boolean> {
  if (session.unprovenTokenId === null) return true;
  const proof = await parts.inTransaction(async (tx) => {
    const { userId, id } = session;
    await tx.lockUser(userId);
    const current = (await tx.sessions.list(userId)).find((other) => other.id === id);
    if (!current) return 'refused';
    if (current.unprovenTokenId === null) return 'proven';
    const result = await tx.rememberTokens.proveToken(current.unprovenTokenId);
    if (result === 'proven') await tx.adapter.updateSession(id, { unprovenTokenId: null });
    if (result === 'refused') await tx.sessions.end(id);
    if (result === 'copied') await tx.reportCopy(userId, client);
    return result;
  });
  if (proof === 'copied') {
    await parts.events.emit('remember_token_replayed', { userId: session.userId, client });
  }
  return proof === 'proven' || proof === 'pending';
}

/** Replaces the token of a session whose user has another role. New rights need the password again. */
async function rotateAfterNewRole<U extends User>(
  parts: AuthParts<U>,
  session: Session,
  client: Client,
): Promise<Identity<U> | null> {
  try {
    return await parts.inTransaction(async (tx) => {
      const locked = await lockSession(tx, session);
      const replaced = await replaceSession(tx, locked.session, client, notFresh);
      return { current: authenticatedUser(locked.user), ...replaced };
    });
  } catch (error) {
    // A parallel request has replaced the session, or it was ended.
    if (error instanceof AuthError) return null;
    throw error;
  }
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
  parts: AuthParts<U>,
  { session: token, remember }: PresentedTokens,
): Promise<Identity<U> | null> {
  if (!isToken('session', token) || !isToken('remember', remember)) return null;
  const userId = await parts.rememberTokens.findUserId(remember);
  if (userId === null) return null;
  const replacedId = hashToken(token);
  return parts.inTransaction(async (tx) => {
    const user = await tx.lockUser(userId);
    const browser = await tx.rememberTokens.findBrowser(remember);
    if (!user || !browser) return null;
    const session = (await tx.sessions.list(userId)).find(
      (other) =>
        other.browserId === browser.id &&
        other.replacedId === replacedId &&
        other.replacedAt !== null &&
        !isLongAgo(other.replacedAt),
    );
    if (!session) return null;
    return { current: authenticatedUser(user), session: { ...session, freshUntil: notFresh }, issued: {} };
  });
}

/** Starts a session for a remembered browser. It is not fresh. */
async function redeemRememberToken<U extends User>(
  parts: AuthParts<U>,
  { remember }: PresentedTokens,
  client: Client,
): Promise<Identity<U> | null> {
  if (!isToken('remember', remember)) return null;
  const userId = await parts.rememberTokens.findUserId(remember);
  if (userId === null) return null;
  const result = await parts.inTransaction((tx) => beginRemembered(tx, userId, remember, client));
  if (result === 'copied') {
    await parts.events.emit('remember_token_replayed', { userId, client });
    return null;
  }
  if (!result) return null;
  const { user, session, issued } = result;
  await parts.events.emit('remembered', { user, session, client });
  return { current: authenticatedUser(user), session, issued };
}

/** @returns `copied` when the token shows that another client has a copy; null when it is not valid */
async function beginRemembered<U extends User>(
  tx: TransactionParts<U>,
  userId: string,
  remember: string,
  client: Client,
): Promise<{ user: U; session: Session; issued: IssuedTokens } | 'copied' | null> {
  const user = await tx.lockUser(userId);
  const redeemed = await tx.rememberTokens.redeemRememberToken(remember, truncateClient(client));
  if (redeemed.outcome === 'copied') {
    await tx.reportCopy(userId, client);
    return 'copied';
  }
  if (redeemed.outcome === 'invalid') return null;
  const { browser, next, nextId } = redeemed;
  if (!user) {
    await tx.rememberStore.endBrowser(browser.id);
    return null;
  }
  const { token, session } = await tx.sessions.create({
    ...truncateClient(client),
    userId,
    browserId: browser.id,
    createdAt: new Date(),
    freshUntil: notFresh,
    unprovenTokenId: nextId,
  });
  return { user, session, issued: { session: token, remember: next } };
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
