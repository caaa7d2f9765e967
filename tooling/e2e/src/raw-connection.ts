import { once } from 'node:events';
import { connect } from 'node:net';

/** The status of a response, or the code of the error that the connection ended with. */
export type Outcome = number | string;

/** Opens a connection and sends a text, which need not be a complete request. */
export async function sendText(url: string, text: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(text);

  let received = '';
  const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
  socket.setEncoding('utf8').on('data', (part: string) => {
    received += part;
    // Not the interim response to `Expect: 100-continue`.
    const [, status] = /^HTTP\/1\.1 ([2-5]\d\d) /m.exec(received) ?? [];
    if (status) resolve(Number(status));
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    resolve(error.code ?? error.message);
  });
  socket.on('close', () => {
    resolve('closed without a response');
  });
  return { outcome, socket, getReceived: () => received };
}

/** The head of a request, for a text to send. */
export function requestHead(url: string, line: string, headers: readonly string[] = []): string {
  const { host, origin } = new URL(url);
  return [`${line} HTTP/1.1`, `host: ${host}`, `origin: ${origin}`, ...headers, '', ''].join('\r\n');
}
