import { createTRPCClient, httpBatchLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './app-router.ts';
import type { FieldProblems, Reason } from './reasons.ts';

export type { AppRouter } from './app-router.ts';
export type { ActivityKind } from './keep-activity.ts';
export { refused } from './refused.ts';
export { sentenceOf, type FieldProblems, type Reason } from './reasons.ts';

export type ApiClient = TRPCClient<AppRouter>;

/** Somebody who is signed in, as `auth.me` answers. */
export type Me = NonNullable<inferRouterOutputs<AppRouter>['auth']['me']>;

/** Where a client keeps the session cookie between its calls. */
export type CookieStore = {
  /** The `Cookie` header of the next call; empty for none. */
  header(): string;
  /** Takes the `Set-Cookie` values of an answer. */
  store(setCookies: readonly string[]): void;
};

export type ClientOptions = {
  /** The API's address without `/trpc`, like `http://127.0.0.1:4000`. */
  url: string;
  /** Where cookies are kept; a store of its own by default, so that a script that signs in stays signed in. */
  cookies?: CookieStore;
  /** Another way to the API than HTTP. */
  fetch?: (request: Request) => Promise<Response>;
  /** Sent along with every call. */
  headers?: () => Record<string, string>;
};

/** The typed client that the pages, the tests and other people's scripts use. */
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
          const response = await fetch(new Request(input as string | URL | Request, init as RequestInit));
          cookies.store(response.headers.getSetCookie());
          return response;
        },
      }),
    ],
  });
}

/**
 * Keeps cookies for one site, as far as a script needs: names and values, and those taken away.
 * @param header a `Cookie` header to start with
 */
export function cookieStore(header = ''): CookieStore & { get(name: string): string | undefined } {
  const cookies = new Map<string, string>();
  for (const pair of header.split(';')) {
    const [name = '', ...value] = pair.split('=');
    // The first one of a name counts (RFC 6265 §5.4).
    if (name.trim() && !cookies.has(name.trim())) cookies.set(name.trim(), value.join('=').trim());
  }
  return {
    get: (name) => cookies.get(name),
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    store(setCookies) {
      for (const setCookie of setCookies) {
        const [pair = '', ...attributes] = setCookie.split(';');
        const name = pair.slice(0, pair.indexOf('=')).trim();
        const isGone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
        if (isGone) cookies.delete(name);
        else cookies.set(name, pair.slice(pair.indexOf('=') + 1).trim());
      }
    },
  };
}

/** A no from the API, as a caller can use it. */
export type Problem = {
  reason: Reason | 'unreachable';
  /** HTTP status, 503 where nothing answered. */
  status: number;
  /** A sentence for a person. */
  message: string;
  /** A sentence beside each field that needs another look. */
  fields: FieldProblems;
  requestId: string | null;
};

/** What a failed call means. Throws on whatever did not come from a call. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof TRPCClientError)) throw error;
  // The cast: the client does not know at run time which router it talks to; the types hold by AppRouter.
  const { data, message } = error as TRPCClientError<AppRouter>;
  if (!data) {
    const sorry = 'The service behind this page does not answer. Try again in a moment.';
    return { reason: 'unreachable', status: 503, message: sorry, fields: {}, requestId: null };
  }
  const { reason, httpStatus, fields, requestId } = data;
  return { reason, status: httpStatus, message, fields, requestId };
}
