import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long a server that stops waits for running requests. Less than the ten seconds of `runServer`. */
const maxStopMs = 8_000;

/** How long it accepts the connections that have reached the system. */
const maxAcceptMs = 6_000;

/** How long a new connection has for its first bytes. */
const maxSilenceMs = 500;

const closeIdleEveryMs = 25;

/**
 * Handles the requests of a server, so that it can be stopped without losing one.
 * @returns the function that stops it. Requests that have reached the system are answered, with `Connection: close`. Those
 * that are still running after `maxStopMs` get a 503.
 */
export function handleRequests(server: Server, listener: RequestListener): () => Promise<void> {
  const openedAt = new Map<Socket, number>();
  const running = new Set<ServerResponse>();
  /** The requests that wait while connections are accepted. */
  let held: (() => void)[] | null = null;
  let isStopping = false;

  server.on('connection', (socket) => {
    openedAt.set(socket, performance.now());
    socket.once('close', () => openedAt.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    running.add(response);
    response.once('close', () => running.delete(response));
    if (isStopping) closeAfter(response);
    const handle = () => {
      listener(request, response);
    };
    if (held) held.push(handle);
    else handle();
  });

  return async () => {
    isStopping = true;
    running.forEach(closeAfter);
    const end = performance.now() + maxStopMs;

    const requests: (() => void)[] = (held = []);
    await acceptPending(server);
    // Not `close` of the HTTP server, which also closes connections whose request was not read yet.
    NetServer.prototype.close.call(server);
    held = null;
    await handleInTurn(requests, end);

    while (openedAt.size > 0 && performance.now() < end) {
      closeIdle(server, openedAt);
      await setTimeout(closeIdleEveryMs);
    }
    running.forEach(refuse);
    server.closeIdleConnections();
    await setImmediate();
    server.closeAllConnections();
    // Ends the server's own timers.
    server.close();
  };
}

/** Gives other work a turn after each request. Those whose turn does not come in time are refused with the running ones. */
async function handleInTurn(requests: readonly (() => void)[], end: number): Promise<void> {
  for (const handle of requests) {
    if (performance.now() > end) return;
    handle();
    await setImmediate();
  }
}

/** Tells the client that this connection takes no further request. A response that has begun is only completed. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

/**
 * Connections still in the accept queue are served before closing: the system resets those that are left in it. Each turn
 * of the event loop accepts one connection, and reads what has arrived on the others. A request that is handled in such a
 * turn would take most of its time.
 */
async function acceptPending(server: Server): Promise<void> {
  const end = performance.now() + maxAcceptMs;
  let idleTurns = 0;
  const onConnection = () => (idleTurns = 0);
  server.on('connection', onConnection);
  // More than one turn, because the first may end before it polls the socket.
  while (idleTurns < 3 && performance.now() < end) {
    idleTurns += 1;
    await setImmediate();
  }
  server.off('connection', onConnection);
}

/** Closes the connections without a request. A new one has a moment for its first bytes, which may be on their way. */
function closeIdle(server: Server, openedAt: ReadonlyMap<Socket, number>): void {
  server.closeIdleConnections();
  for (const [socket, at] of openedAt) {
    if (socket.bytesRead === 0 && performance.now() - at > maxSilenceMs) socket.destroy();
  }
}

/**
 * Answers in place of a request that does not end, for example because its database hangs. Writes to the connection, so that
 * the response stays as it is for the code that still works on it.
 */
function refuse({ headersSent, socket }: ServerResponse): void {
  if (headersSent || !socket) return;
  const text = 'The service is restarting. Try again in a moment.\n';
  socket.end(
    `HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
}
