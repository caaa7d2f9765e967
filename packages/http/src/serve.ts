import { createServer, type RequestListener, type Server } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { handleRequests } from './stop-server.ts';
import { discardUnreadBodies } from './unread-body.ts';

/** The server cannot listen on its address. The message is for the person who starts the process. */
export class ServeError extends Error {
  readonly reason: 'address_unknown' | 'not_allowed' | 'port_taken';

  constructor(reason: ServeError['reason'], message: string) {
    super(message);
    this.name = 'ServeError';
    this.reason = reason;
  }
}

export type Serving = {
  /** The actual port, also where port 0 was requested. */
  port: number;
  /** Accepts no new requests, waits up to eight seconds for running ones, then closes. */
  stop(): Promise<void>;
};

/**
 * How long a request may take to arrive, so that slow requests do not pile up. Milliseconds.
 */
export const arrivalLimits = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  // Node's default of half a minute would make the limits twice as long.
  connectionsCheckingInterval: 1_000,
};

/**
 * Listens for HTTP requests.
 * @param address `keepAliveMs` is the time for which an idle connection stays open: longer than a load balancer reuses one,
 *   because a request on a connection that the server is closing fails
 * @param arrival other limits, for tests
 * @throws ServeError `port_taken`, `address_unknown` or `not_allowed`
 */
export async function serve(
  address: { host: string; port: number; keepAliveMs: number },
  listener: RequestListener,
  arrival = arrivalLimits,
): Promise<Serving> {
  const server = createServer({ ...arrival, keepAliveTimeout: address.keepAliveMs });
  discardUnreadBodies(server);
  const stop = handleRequests(server, listener);
  await listen(server, address);
  return { port: (server.address() as AddressInfo).port, stop };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, host, port));
    });
    server.listen({ host, port, ipv6Only: isIPv6(host) && host !== '::' }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ServeError(
        'port_taken',
        `Port ${port} is already in use. Stop the program that uses it, or choose another port: PORT=${port + 1}`,
      );
    case 'EACCES':
      return new ServeError(
        'not_allowed',
        `This user may not listen on port ${port}. Set PORT to a number above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ServeError(
        'address_unknown',
        `HOST ${host} is not an address of this machine. 127.0.0.1 always works.`,
      );
    default:
      return error;
  }
}
