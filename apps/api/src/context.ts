import type { Client, Identity, IssuedTokens, NewTokens, PresentedTokens, Session } from '@latchkey/auth';
import { createDatabaseTime, runDatabaseCall, type DatabaseTime, type UserRecord } from '@latchkey/db';
import { createRequestPasswords, type RequestPasswords } from './request-passwords.ts';
import { requestDatabaseMs } from './time-limits.ts';
import type { Services } from './services.ts';

/** A request to one or more procedures. */
export type IncomingRequest = {
  request: Request;
  /** The client's address; null if it is not known. */
  address: string | null;
  /** The id of the request in the log and on error pages. */
  requestId: string;
  /** Adds a `Set-Cookie` header to the response. */
  setCookie: (value: string) => void;
};

/** The context of a procedure: the services, and the user of the request. */
export type Context = Services & {
  requestId: string;
  client: Client;
  /** How much longer the request may wait for the database. */
  databaseTime: DatabaseTime;
  /** Hashes and checks passwords, within the limits of a request. */
  passwords: RequestPasswords;
  /** Aborted when the client has closed its connection before the response. */
  signal: AbortSignal;
  /** Who makes the request. Looked up at the first call, once per request; without a call no session is read. */
  identity(): Promise<Identity<UserRecord>>;
  /** Makes the next `identity()` read the session and the user again, after a change. */
  forgetIdentity(): void;
  /** Signs a user in on this browser, with a new token. The session that the browser had ends. */
  signIn(user: UserRecord, options: { remember: boolean }): Promise<void>;
  /** Ends this browser's session, for every copy of its cookies. */
  signOut(): Promise<void>;
  /** Makes this browser's session a fresh login, with a new token. The caller has checked the password. */
  confirmLogin(user: UserRecord, session: Session): Promise<void>;
  /** Gives this browser the tokens that a transaction has issued. */
  issueTokens(tokens: Pick<NewTokens, 'issued'>): void;
};

/** Creates the context that all procedures of a request share. */
export function createContext(services: Services, incoming: IncomingRequest): Context {
  const { auth, cookies } = services;
  const { request, address, requestId, setCookie } = incoming;
  const databaseTime = createDatabaseTime(requestDatabaseMs);
  const client = {
    userAgent: (request.headers.get('user-agent') ?? '').slice(0, maxUserAgentLength),
    address,
  };
  let presented = cookies.read(request.headers.get('cookie'));
  let identity: Promise<Identity<UserRecord>> | undefined;

  /** Sets the cookies. The rest of the request uses the new tokens, like the browser's next request. */
  const issue = (issued: IssuedTokens) => {
    for (const value of cookies.write(issued)) setCookie(value);
    presented = afterIssuing(presented, issued);
  };
  const change = ({ issued }: Pick<NewTokens, 'issued'>) => {
    issue(issued);
    identity = undefined;
  };

  return {
    ...services,
    requestId,
    client,
    databaseTime,
    passwords: createRequestPasswords(services.passwords, request.signal),
    signal: request.signal,

    identity() {
      // A call of its own: noting that the session was used is not the change that a procedure makes.
      identity ??= runDatabaseCall({ time: databaseTime, hasWritten: false }, () =>
        auth.resumeSession(presented, client, request),
      ).then((found) => {
        issue(found.issued);
        return found;
      });
      return identity;
    },

    forgetIdentity() {
      identity = undefined;
    },

    async signIn(user, { remember }) {
      change(await auth.loginUser(user, { remember, client, replaces: presented }));
    },

    async signOut() {
      change({ issued: await auth.logoutUser(presented, client) });
    },

    async confirmLogin(user, session) {
      change(await auth.confirmLogin(user, session, client));
    },

    issueTokens: change,
  };
}

/** As long as the columns that store it: a header of 16 KB would cost time wherever it is parsed. */
const maxUserAgentLength = 255;

function afterIssuing(presented: PresentedTokens, { session, remember }: IssuedTokens): PresentedTokens {
  return {
    session: session === undefined ? presented.session : session,
    remember: remember === undefined ? presented.remember : (remember?.token ?? null),
  };
}
