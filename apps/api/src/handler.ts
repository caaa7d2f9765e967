import { isCrossSite, limitBody, type ClientAddress } from '@latchkey/http';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from './app-router.ts';
import { createContext, type Services } from './context.ts';
import { refused } from './refused.ts';

/**
 * The API as a function of web standards, without a server around it.
 * @param socketAddress where the connection comes from; whether a header may say otherwise is a setting
 */
export type Handler = (request: Request, socketAddress?: string) => Promise<Response>;

export type HandlerOptions = {
  services: Services;
  /** Origins whose pages may change something: the site's own. */
  allowedOrigins: readonly string[];
  /** Whose address counts as the client's. */
  addressOf: ClientAddress;
  /** Whether the database answers and its schema is the one this code knows. */
  isReady: () => Promise<boolean>;
};

/** The largest of our inputs is a registration; a batch has at most ten calls. */
const longestBody = 64 * 1024;

export function createHandler({ services, allowedOrigins, addressOf, isReady }: HandlerOptions): Handler {
  return async (request, socketAddress) => {
    const { pathname } = new URL(request.url);
    const response = pathname.startsWith('/trpc/')
      ? await trpc(request, socketAddress)
      : await health(pathname);
    response.headers.set('cache-control', 'no-store');
    response.headers.set('x-content-type-options', 'nosniff');
    return response;
  };

  async function trpc(request: Request, socketAddress: string | undefined): Promise<Response> {
    if (isCrossSite(request, allowedOrigins)) return refused('cross_site');
    const limited = await limitBody(request, longestBody);
    if (!limited) return refused('too_large');

    const address = addressOf(socketAddress, request.headers.get('x-forwarded-for'));
    // No streamed answers: their headers are sent before a procedure has set its cookie.
    limited.headers.set('trpc-accept', 'application/json');
    return fetchRequestHandler({
      endpoint: '/trpc',
      req: limited,
      router: appRouter,
      maxBatchSize: 10,
      createContext: ({ req, resHeaders }) => createContext(services, req, resHeaders, address),
      onError({ error, path, ctx }) {
        if (error.code !== 'INTERNAL_SERVER_ERROR') return;
        services.log.error(
          { err: error.cause ?? error, path, requestId: ctx?.requestId },
          'unforeseen error',
        );
      },
    });
  }

  async function health(pathname: string): Promise<Response> {
    if (pathname === '/healthz') return plain(200, 'up');
    if (pathname !== '/readyz') return plain(404, 'There is nothing here.');
    return (await isReady().catch(() => false)) ? plain(200, 'ready') : plain(503, 'not ready');
  }
}

const plain = (status: number, text: string) =>
  new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
