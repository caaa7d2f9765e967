import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** How long the rest of a body is read after its response. */
const maxReadMs = 5_000;

/**
 * Reads and discards the rest of a body that is answered before it was read, for example because it is too large. A server
 * that closes a connection with unread bytes resets it, and the client may lose the response (RFC 9112 §9.6).
 */
export function discardUnreadBodies(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    response.once('prefinish', () => {
      if (!request.complete) discardBody(request);
    });
  });
}

function discardBody(request: IncomingMessage): void {
  const { socket } = request;
  // Node calls it at the end of a response with `Connection: close`.
  socket.destroySoon = () => {
    socket.end();
    request.once('close', () => socket.destroy());
  };
  const timer = setTimeout(() => socket.destroy(), maxReadMs);
  request.once('close', () => {
    clearTimeout(timer);
  });
  request.removeAllListeners('data');
  request.resume();
}
