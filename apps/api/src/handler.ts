import { isCrossSite, limitBody, readRequestId, type ClientAddress } from '@latchkey/http';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from './app-router.ts';
import { createContext } from './context.ts';
import { logUnforeseen } from './log-unforeseen.ts';
import { refused } from './refused.ts';
import type { Services } from './services.ts';
import { retryAfterSeconds } from './time-limits.ts';

/**
 * Answers an HTTP request to the API.
 * @param socketAddress of the connection; `TRUST_PROXY` decides whether a header replaces it
 */
export type Handler = (request: Request, socketAddress?: string) => Promise<Response>;

export type HandlerOptions = {
  services: Services;
  /** The origins whose pages may change data: the site's own. */
  allowedOrigins: readonly string[];
  addressOf: ClientAddress;
  /** Whether the database answers and its schema is current. */
  isReady: () => Promise<boolean>;
};

/** Bytes. The largest input is a registration, and a batch has at most ten calls. */
const maxBodyBytes = 64 * 1024;

const maxBatchSize = 10;

export function createHandler({ services, allowedOrigins, addressOf, isReady }: HandlerOptions): Handler {
  return async (request, socketAddress) => {
    const { pathname } = new URL(request.url);
    const response = pathname.startsWith('/trpc/')
      ? await callProcedures(request, socketAddress)
      : await health(pathname);
    response.headers.set('cache-control', 'no-store');
    if (response.status === 503) response.headers.set('retry-after', String(retryAfterSeconds));
    response.headers.set('x-content-type-options', 'nosniff');
    return response;
  };

  async function callProcedures(request: Request, socketAddress: string | undefined): Promise<Response> {
    if (isCrossSite(request, allowedOrigins)) return refused('cross_site');
    const requestId = readRequestId(request.headers);
    const limited = await limitBody(request, maxBodyBytes).catch((error: unknown) => {
      services.log.debug({ err: error, requestId }, 'the client did not send the whole request');
      return 'incomplete' as const;
    });
    if (limited === 'incomplete') return refused('invalid_request');
    if (!limited) return refused('too_large');

    const address = addressOf(socketAddress, request.headers.get('x-forwarded-for'));
    // A streamed response sends its headers before a procedure can set a cookie.
    limited.headers.set('trpc-accept', 'application/json');
    return fetchRequestHandler({
      endpoint: '/trpc',
      req: limited,
      router: appRouter,
      maxBatchSize,
      createContext: ({ resHeaders }) =>
        createContext(services, {
          request: limited,
          address,
          requestId,
          setCookie: (value) => {
            resHeaders.append('set-cookie', value);
          },
        }),
      responseMeta: ({ errors }) => ({ headers: retryAfter(errors) }),
      onError: logUnforeseen(services.log),
    });
  }

  async function health(pathname: string): Promise<Response> {
    if (pathname === '/healthz') return plain(200, 'up');
    if (pathname !== '/readyz') return plain(404, 'Not found.');
    return (await isReady().catch(() => false)) ? plain(200, 'ready') : plain(503, 'not ready');
  }
}

/** For a batch too, whose status is another one (RFC 9110 §10.2.3). */
function retryAfter(errors: readonly { code: string }[]): Headers {
  const isUnavailable = errors.some(({ code }) => code === 'SERVICE_UNAVAILABLE');
  return new Headers(isUnavailable ? { 'retry-after': String(retryAfterSeconds) } : {});
}

const plain = (status: number, text: string) =>
  new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
