import { createServer, type RequestListener, type Server } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** The address cannot be listened on. Its message is meant for the person who starts the application. */
export class ServeError extends Error {
  readonly reason: 'address_unknown' | 'not_allowed' | 'port_taken';

  constructor(reason: ServeError['reason'], message: string) {
    super(message);
    this.name = 'ServeError';
    this.reason = reason;
  }
}

export type Serving = {
  /** The port that was taken, also where any free one was asked for. */
  port: number;
  /** Takes no new requests, lets those under way end for at most ten seconds, then closes. */
  stop(): Promise<void>;
};

/**
 * Listens for HTTP requests.
 * @throws ServeError when the port is taken, the host is none of this machine's, or it is not allowed
 */
export async function serve(
  address: { host: string; port: number },
  listener: RequestListener,
): Promise<Serving> {
  // A request has half a minute to arrive whole, so that slow ones do not pile up.
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 15_000 }, listener);
  await listening(server, address);
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) };
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
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
        `Port ${port} is taken. Stop the program that uses it, or choose another port: PORT=${port + 1}`,
      );
    case 'EACCES':
      return new ServeError(
        'not_allowed',
        `Port ${port} may not be used by this user. Choose one above 1023 with PORT.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ServeError(
        'address_unknown',
        `HOST ${host} is no address of this machine. 127.0.0.1 always is.`,
      );
    default:
      return error;
  }
}

const longestWaitMs = 2000;

/** Whom the system has let in is taken in here as well, one in a round: at the close, the system resets what is left of them. */
async function nobodyWaits(server: Server): Promise<void> {
  const end = Date.now() + longestWaitMs;
  let quietRounds = 0;
  const onConnection = () => (quietRounds = 0);
  server.on('connection', onConnection);
  // The first round may be over before it has looked.
  while (quietRounds < 3 && Date.now() < end) {
    quietRounds += 1;
    await setImmediate();
  }
  server.off('connection', onConnection);
}

async function stop(server: Server): Promise<void> {
  await nobodyWaits(server);
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const patience = setTimeout(() => {
    server.closeAllConnections();
  }, 10_000);
  await closed;
  clearTimeout(patience);
}
