import type { Auth, SessionCookie, SignedIn } from '@latchkey/auth';
import type { UserRecord, UserStore } from '@latchkey/db';
import type { Log } from '@latchkey/http';
import { Refusal } from './reasons.ts';

/** What every request has in common: made once, at start. */
export type Services = {
  auth: Auth<UserRecord>;
  cookie: SessionCookie;
  users: UserStore;
  log: Log;
};

/** What a procedure is given. */
export type Context = Services & {
  requestId: string;
  /** Who is asking. Looked up at the first question and once a request: one that does not ask touches no session. */
  signedIn(): Promise<SignedIn<UserRecord>>;
  /** Signs a user in on this browser, under a new token; an earlier session of this browser ends. */
  signIn(user: UserRecord, options: { remember: boolean }): Promise<void>;
  /** Ends this browser's session, at once and for every copy of its cookie. */
  signOut(): Promise<void>;
};

/** The one place where a request turns into a context. */
export function createContext(services: Services, request: Request, replyHeaders: Headers): Context {
  const { auth, cookie } = services;
  const token = cookie.read(request.headers.get('cookie'));
  const setCookie = (value: string) => {
    replyHeaders.append('set-cookie', value);
  };
  let asked: Promise<SignedIn<UserRecord>> | undefined;

  return {
    ...services,
    requestId: crypto.randomUUID(),

    signedIn() {
      asked ??= auth.signedIn(token).then((signedIn) => {
        if (token && signedIn.session && signedIn.isExtended)
          setCookie(cookie.write(token, signedIn.session));
        return signedIn;
      });
      return asked;
    },

    async signIn(user, options) {
      await auth.logoutUser(token);
      const { token: newToken, session } = await auth.loginUser(user, options);
      // Somebody may have been disabled since the password was checked, and their sessions ended before this one began.
      if (!(await services.users.findById(user.id))?.isActive) {
        await auth.logoutUser(newToken);
        throw new Refusal('account_disabled');
      }
      setCookie(cookie.write(newToken, session));
    },

    async signOut() {
      await auth.logoutUser(token);
      if (token !== null) setCookie(cookie.clear());
    },
  };
}
