import type { Auth, AuthCookies, Client, IssuedTokens, Passwords, Session, SignedIn } from '@latchkey/auth';
import type { DevelopmentMailbox, NewMail, Stores, UserRecord } from '@latchkey/db';
import type { Log } from '@latchkey/http';

/** What every request has in common: made once, at start. The stores are in `packages/db/src/stores.ts`. */
export type Services = Stores & {
  auth: Auth<UserRecord>;
  cookies: AuthCookies;
  passwords: Passwords;
  /** The fewest characters of a new password. */
  leastPasswordLength: number;
  /** What everybody knows of the site: nothing to make a password of. */
  siteWords: readonly string[];
  /** How long a deleted account can still be had back. Milliseconds. */
  deletionGraceMs: number;
  /** Notes a mail, which is sent on its own time. */
  sendMail: (mail: NewMail) => Promise<void>;
  /** Mails that were not sent, for there is nothing to send them with; null in production. */
  mailbox: DevelopmentMailbox | null;
  /** All that is kept of a user, for themselves. */
  exportAccount: (userId: string) => Promise<Record<string, unknown>>;
  /** Does something after the answer is on its way; a mistake there is logged. */
  later: (work: () => Promise<void>) => void;
  log: Log;
};

/** What a procedure is given. */
export type Context = Services & {
  requestId: string;
  /** The browser or program that asks. */
  client: Client;
  /** Who is asking. Looked up at the first question and once a request: one that does not ask touches no session. */
  signedIn(): Promise<SignedIn<UserRecord>>;
  /** Signs a user in on this browser, under a new token; what the browser was signed in with ends. */
  signIn(user: UserRecord, options: { remember: boolean }): Promise<void>;
  /** Ends this browser's session, at once and for every copy of its cookies. */
  signOut(): Promise<void>;
  /** The password was entered again: this browser's session is fresh, under a new token. */
  confirm(user: UserRecord, session: Session): Promise<void>;
  /** Gives this browser new tokens, in place of what it was signed in with. */
  renew(session: Session): Promise<void>;
};

/** The one place where a request turns into a context. */
export function createContext(
  services: Services,
  request: Request,
  replyHeaders: Headers,
  address: string | null,
): Context {
  const { auth, cookies } = services;
  const presented = cookies.read(request.headers.get('cookie'));
  const client = { userAgent: request.headers.get('user-agent') ?? '', address };
  const tell = (issued: IssuedTokens) => {
    for (const setCookie of cookies.write(issued)) replyHeaders.append('set-cookie', setCookie);
  };
  let asked: Promise<SignedIn<UserRecord>> | undefined;

  return {
    ...services,
    requestId: crypto.randomUUID(),
    client,

    signedIn() {
      asked ??= auth.signedIn(presented, client, request).then((signedIn) => {
        tell(signedIn.issued);
        return signedIn;
      });
      return asked;
    },

    async signIn(user, { remember }) {
      const { issued } = await auth.loginUser(user, { remember, client, replaces: presented });
      tell(issued);
    },

    async signOut() {
      tell(await auth.logoutUser(presented, client));
    },

    async confirm(user, session) {
      tell((await auth.confirmLogin(user, session, client)).issued);
    },

    async renew(session) {
      tell((await auth.renewSession(session, client)).issued);
    },
  };
}
