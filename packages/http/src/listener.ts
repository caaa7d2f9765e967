import type { RequestListener } from 'node:http';
import { createRequestListener, type FetchHandler } from '@remix-run/node-fetch-server';

/** Answers a request. @param socketAddress the address of the other end of the connection */
export type Answer = (request: Request, socketAddress: string) => Promise<Response>;

/**
 * Makes a listener for Node's HTTP server from a function of `Request` and `Response`. A request that cannot be parsed,
 * for example because its target is not a URL, gets a 400.
 * @param onError the response for an error that `answer` throws
 */
export function toListener(answer: Answer, onError: (error: unknown) => Response): RequestListener {
  const handle: FetchHandler = (request, { address }) => answer(request, address).catch(onError);
  return createRequestListener(handle, {
    onError: () => new Response('Bad request: the request cannot be parsed.\n', { status: 400 }),
  });
}
