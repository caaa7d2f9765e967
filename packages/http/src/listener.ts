import type { RequestListener } from 'node:http';
import { createRequestListener } from '@remix-run/node-fetch-server';

/**
 * Serves a function of web standards (`Request` in, `Response` out) from Node's HTTP server.
 * What is no request at all (a target that is no address) gets a 400.
 * @param onError a reply for what was not foreseen
 */
export function toListener(
  handle: (request: Request) => Promise<Response>,
  onError: (error: unknown) => Response,
): RequestListener {
  return createRequestListener((request) => handle(request).catch(onError), {
    onError: () => new Response('This is no request that could be understood.\n', { status: 400 }),
  });
}
