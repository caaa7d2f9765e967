import type { RequestListener } from 'node:http';
import { createRequestListener } from '@remix-run/node-fetch-server';

/**
 * Serves a function of web standards (`Request` in, `Response` out) from Node's HTTP server.
 * @param onError a reply for what was not foreseen
 */
export function toListener(
  handle: (request: Request) => Promise<Response>,
  onError: (error: unknown) => Response,
): RequestListener {
  return createRequestListener(handle, { onError });
}
