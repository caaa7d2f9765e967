import { createTRPCClient, httpBatchLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './app-router.ts';
import { getSentence, type FieldProblems, type Reason } from './reasons.ts';

export type { AppRouter } from './app-router.ts';
export type { ActivityKind } from './record-security-events.ts';
export { refused } from './refused.ts';
export { getSentence, type FieldProblems, type Reason } from './reasons.ts';

export type ApiClient = TRPCClient<AppRouter>;

/** The signed-in user and their session, as `auth.me` returns them. */
export type Me = NonNullable<inferRouterOutputs<AppRouter>['auth']['me']>;

/** Where a client stores cookies between its calls. */
export type CookieStore = {
  /** The `Cookie` header of the next call; empty for none. */
  header(): string;
  /** Stores the `Set-Cookie` values of a response. */
  store(setCookies: readonly string[]): void;
};

export type ClientOptions = {
  /** The address of the API without `/trpc`, like `http://127.0.0.1:4000`. */
  url: string;
  /** By default a new store, so that a script that signs in stays signed in. */
  cookies?: CookieStore;
  /** Replaces the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** Further headers of every call. */
  headers?: () => Record<string, string>;
};

/** Creates a typed client over HTTP. */
export function createClient({
  url,
  cookies = cookieStore(),
  fetch = globalThis.fetch,
  headers,
}: ClientOptions): ApiClient {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: new URL('/trpc', url),
        maxItems: 10,
        headers: () => ({ ...headers?.(), ...(cookies.header() && { cookie: cookies.header() }) }),
        async fetch(input, init) {
          // The casts: tRPC describes fetch's arguments more narrowly than the standard does.
          const call = new Request(input as string | URL | Request, init as RequestInit);
          const response = await fetch(call).catch((error: unknown) => {
            throw mayHaveArrived(call, error) ? new OutcomeUnknown(error) : error;
          });
          cookies.store(response.headers.getSetCookie());
          return response;
        },
      }),
    ],
  });
}

/** A change was sent, and no answer came: it may have been made. */
class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super(getSentence('outcome_unknown'), { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** Whether a call without an answer may have changed something: it is a mutation, and a connection was established. */
export function mayHaveArrived({ method }: Request, error: unknown): boolean {
  if (method === 'GET') return false;
  const { code } = (error instanceof Error && error.cause instanceof Error ? error.cause : {}) as {
    code?: unknown;
  };
  return !unsent.includes(String(code));
}

/** The codes of errors before a connection is established, in Node. A browser gives none. */
const unsent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * Stores cookies for one site: names and values, and which were deleted.
 * @param initial a `Cookie` header that is sent along. Stored cookies come before it: the first one of a name counts (RFC 6265
 * §5.4).
 */
export function cookieStore(initial = ''): CookieStore & { get(name: string): string | undefined } {
  const cookies = new Map<string, string>();
  return {
    get: (name) => cookies.get(name) || undefined,
    header: () =>
      [...[...cookies].map(([name, value]) => `${name}=${value}`), initial].filter(Boolean).join('; '),
    store(setCookies) {
      for (const setCookie of setCookies) {
        const [pair = '', ...attributes] = setCookie.split(';');
        const name = pair.slice(0, pair.indexOf('=')).trim();
        const isDeleted = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
        if (!isDeleted) cookies.set(name, pair.slice(pair.indexOf('=') + 1).trim());
        // An empty value hides the cookie of the initial header.
        else if (initial) cookies.set(name, '');
        else cookies.delete(name);
      }
    },
  };
}

/** A refused or failed call. */
export type Problem = {
  reason: Reason | 'unreachable';
  /** HTTP status; 503 when the API did not answer. */
  status: number;
  /** A sentence for users. */
  message: string;
  /** A message for each invalid field. */
  fields: FieldProblems;
  requestId: string | null;
};

/** Explains why a call failed. Throws errors that do not come from a call. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof TRPCClientError)) throw error;
  // The cast: at run time an error has no type of a router. The client is typed by AppRouter.
  const { data, message } = error as TRPCClientError<AppRouter>;
  if (!data && error.cause instanceof OutcomeUnknown) {
    const reason = 'outcome_unknown';
    return { reason, status: 503, message: getSentence(reason), fields: {}, requestId: null };
  }
  if (!data) {
    const unreachable = 'The service does not respond. Try again in a moment.';
    return { reason: 'unreachable', status: 503, message: unreachable, fields: {}, requestId: null };
  }
  const { reason, httpStatus, fields, requestId } = data;
  return { reason, status: httpStatus, message, fields, requestId };
}
