import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { limitBody } from './body-limit.ts';
import { toListener } from './listener.ts';
import { serve } from './serve.ts';

const listener = toListener(
  async (request) => new Response(null, { status: (await limitBody(request, 1000)) ? 200 : 413 }),
  () => new Response(null, { status: 500 }),
);

const size = 20_000_000;
const chunk = 'x'.repeat(100_000);
const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(size / chunk.length);

/** Sends all of its text before it reads anything, like many clients. @returns what it receives */
async function send(port: number, ...texts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').pause().setEncoding('utf8');
  for (const text of texts) {
    const isSent = socket.write(text);
    if (!isSent) await once(socket, 'drain');
  }
  let received = '';
  for await (const part of socket) received += String(part);
  return received;
}

const head = (path: string, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n');

const bodies: [string, header: string, body: string][] = [
  ['in chunks', 'transfer-encoding: chunked', `${chunks}0\r\n\r\n`],
  ['of a known length', `content-length: ${size}`, 'x'.repeat(size)],
];

test.each(bodies)('a client that sends too much %s gets the answer, not a reset', async (_, header, body) => {
  const serving = await serve({ host: '127.0.0.1', port: 0, keepAliveMs: 65_000 }, listener);
  const received = await send(serving.port, head('/', header, 'connection: close'), body);
  await serving.stop();
  expect(received).toContain('HTTP/1.1 413');
});

test.each(bodies)('the connection of a body that is too large %s stays usable', async (_, header, body) => {
  const serving = await serve({ host: '127.0.0.1', port: 0, keepAliveMs: 65_000 }, listener);
  const next = head('/', 'content-length: 0', 'connection: close');
  const received = await send(serving.port, head('/', header), body, next);
  await serving.stop();
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

test('a body announced by Expect: 100-continue that is too large gets 413', async () => {
  const serving = await serve({ host: '127.0.0.1', port: 0, keepAliveMs: 65_000 }, listener);
  const announced = ['expect: 100-continue', `content-length: ${size}`, 'connection: close'];
  const received = await send(serving.port, head('/', ...announced), 'x'.repeat(size));
  await serving.stop();
  expect(received).toContain('HTTP/1.1 413');
});
