import type {
  AuthOptions,
  AuthParts,
  AuthStores,
  RunTransaction,
  StoreParts,
  TransactionParts,
} from './auth-parts.ts';
import type { User } from './current-user.ts';
import { endAllWithin, endOthersWithin } from './devices/end-devices.ts';
import { rememberTokens } from './remember/remember-tokens.ts';
import { lockSession } from './sessions/begin-session.ts';
import { createLuciaSessions } from './sessions/lucia-sessions.ts';
import { rotateTokens, type NewTokens } from './sessions/replace-session.ts';
import type { Client, Session } from './sessions/session.ts';

/** What an application may do to sessions as a part of its own transaction. No function emits events. */
export type AuthTransaction<U extends User> = {
  /** Locks the user of a session. @throws AuthError `session_ended` */
  lockSession(session: Session): Promise<U>;
  /** Replaces the tokens of a session, which the transaction may have ended itself. */
  rotateSession(session: Session, client: Client): Promise<NewTokens>;
  /** @returns how many devices */
  endOtherDevices(current: Session): Promise<number>;
  endAllSessions(userId: string): Promise<void>;
};

export function authTransaction<U extends User>(
  parts: AuthParts<U>,
  options: AuthOptions<U>,
  stores: AuthStores<U>,
): AuthTransaction<U> {
  const tx = within(parts, options, stores);
  return {
    lockSession: async (session) => (await lockSession(tx, session)).user,
    rotateSession: (session, client) => rotateTokens(tx, session, client),
    endOtherDevices: (current) => endOthersWithin(tx, current),
    endAllSessions: (userId) => endAllWithin(tx, userId),
  };
}

/** The functions over the stores of a transaction. */
export function within<U extends User>(
  parts: AuthParts<U>,
  options: AuthOptions<U>,
  { sessions, remembered, ...locks }: AuthStores<U>,
): TransactionParts<U> {
  return { ...parts, ...storeParts(options, sessions, remembered), ...locks };
}

export function storeParts<U extends User>(
  { loadUser, sessionLifetime, rememberLifetime }: AuthOptions<U>,
  adapter: AuthOptions<U>['sessions'],
  rememberStore: AuthOptions<U>['remembered'],
): StoreParts<U> {
  return {
    adapter,
    sessions: createLuciaSessions(adapter, loadUser, sessionLifetime),
    rememberStore,
    rememberTokens: rememberTokens(rememberStore, rememberLifetime),
  };
}

/** Runs transactions of this process one after the other, without undoing one that fails. */
export function runOneByOne<U extends User>({
  sessions,
  remembered,
  loadUser,
}: AuthOptions<U>): RunTransaction<U> {
  const nothing = () => Promise.resolve();
  const stores = { sessions, remembered, lockUser: loadUser, endLogins: nothing, reportCopy: nothing };
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(() => work(stores));
    last = run.catch(() => undefined);
    return run;
  };
}
