import type { RequestListener } from 'node:http';
import { createRequestListener, type FetchHandler } from '@remix-run/node-fetch-server';

/** Answers a request. @param socketAddress where its connection comes from, as the system says */
export type Answer = (request: Request, socketAddress: string) => Promise<Response>;

/**
 * Serves a function of web standards (`Request` in, `Response` out) from Node's HTTP server.
 * What is no request at all (a target that is no address) gets a 400.
 * @param onError a reply for what was not foreseen
 */
export function toListener(answer: Answer, onError: (error: unknown) => Response): RequestListener {
  const handle: FetchHandler = (request, { address }) => answer(request, address).catch(onError);
  return createRequestListener(handle, {
    onError: () => new Response('This is no request that could be understood.\n', { status: 400 }),
  });
}
