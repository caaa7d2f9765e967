import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { arrivalLimits, serve } from './serve.ts';
import { stopGracefully } from './stop-gracefully.ts';

const loopback = { host: '127.0.0.1', port: 0, keepAliveMs: 65_000 };

test('a port in use is reported with another one to try', async () => {
  const first = await serve(loopback, (_, response) => response.end());
  await expect(serve({ ...loopback, port: first.port }, () => undefined)).rejects.toMatchObject({
    reason: 'port_taken',
    message: `Port ${first.port} is already in use. Stop the program that uses it, or choose another port: PORT=${first.port + 1}`,
  });
  await first.stop();
});

test('a host of another machine is reported by name', async () => {
  await expect(serve({ ...loopback, host: '192.0.2.1' }, () => undefined)).rejects.toMatchObject({
    reason: 'address_unknown',
    message: expect.stringMatching(/^HOST 192\.0\.2\.1 is not an address of this machine\./) as string,
  });
});

test('stopping waits for a running request', async () => {
  const arrived = Promise.withResolvers<() => void>();
  const serving = await serve(loopback, (_, response) => {
    arrived.resolve(() => response.end('complete'));
  });

  const reply = fetch(`http://127.0.0.1:${serving.port}/`, { headers: { connection: 'close' } });
  const finish = await arrived.promise;
  const stopped = serving.stop();
  finish();

  expect(await (await reply).text()).toBe('complete');
  await stopped;
  await expect(fetch(`http://127.0.0.1:${serving.port}/`)).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
});

test('stopping serves the connections in the accept queue', async () => {
  const serving = await serve(loopback, (_, response) => {
    // As long as verifying a password takes: meanwhile the other connections wait in the queue.
    const end = Date.now() + 5;
    while (Date.now() < end);
    response.end('complete');
  });
  const connections = Array.from({ length: 24 }, () => connect(serving.port, '127.0.0.1'));
  const replies = connections.map(async (connection) => {
    connection.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    return text(connection);
  });
  await Promise.all(connections.map((connection) => once(connection, 'connect')));
  await serving.stop();
  const complete = (await Promise.all(replies)).filter((reply) => reply.endsWith('complete'));
  expect(complete).toHaveLength(24);
});

/** A connection, and what it has received so far. */
async function openConnection(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const reply = text(socket);
  return {
    socket,
    reply,
    get: (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
  };
}

test('stopping answers a request that was sent on an idle connection [T35]', async () => {
  const serving = await serve(loopback, (request, response) => response.end(`answer to ${request.url}`));
  const { socket, reply, get } = await openConnection(serving.port);
  get('/first');
  await once(socket, 'data');
  get('/second');
  // The system has the request, and this process has not read it.
  await serving.stop();
  expect(await reply).toContain('answer to /second');
});

test('stopping answers the first request of an accepted connection [T35]', async () => {
  const accepted = Promise.withResolvers<undefined>();
  const serving = await serve(loopback, (request, response) => {
    if (request.url === '/accepted') accepted.resolve(undefined);
    response.end(`answer to ${request.url}`);
  });
  const connections = await Promise.all(Array.from({ length: 50 }, () => openConnection(serving.port)));
  // Connections are accepted in turn, so the last one comes after all others.
  (await openConnection(serving.port)).get('/accepted');
  await accepted.promise;
  for (const { get } of connections) get('/late');
  await serving.stop();
  const replies = await Promise.all(connections.map(({ reply }) => reply));
  expect(replies.filter((reply) => reply.endsWith('answer to /late'))).toHaveLength(50);
});

test('answers during a stop say that the connection closes [T35]', async () => {
  const arrived = Promise.withResolvers<() => void>();
  const serving = await serve(loopback, (_, response) => {
    arrived.resolve(() => response.end('complete'));
  });
  const { reply, get } = await openConnection(serving.port);
  get('/');
  const finish = await arrived.promise;
  const stopped = serving.stop();
  finish();
  expect(await reply).toMatch(/^connection: close\r$/im);
  await stopped;
});

test('an answer that had begun is completed, and its connection closes', async () => {
  const arrived = Promise.withResolvers<() => void>();
  const serving = await serve(loopback, (_, response) => {
    response.write('begun ');
    arrived.resolve(() => response.end('complete'));
  });
  const { reply, get } = await openConnection(serving.port);
  get('/');
  const finish = await arrived.promise;
  const stopped = serving.stop();
  finish();
  await stopped;
  expect(await reply).toContain('complete');
});

test('the database of requests is stopped after the last request', async () => {
  const order: string[] = [];
  const arrived = Promise.withResolvers<() => void>();
  const serving = await serve(loopback, (_, response) => {
    arrived.resolve(() => response.end('complete'));
    response.once('close', () => order.push('request'));
  });
  const { reply, get } = await openConnection(serving.port);
  get('/');
  const finish = await arrived.promise;
  const stopped = stopGracefully(serving, () => {
    order.push('database');
    return Promise.resolve();
  });
  finish();
  await Promise.all([reply, stopped]);
  expect(order).toEqual(['request', 'database']);
});

test('stopping does not wait for idle connections', async () => {
  const serving = await serve(loopback, (_, response) => response.end());
  const [used, silent] = [await openConnection(serving.port), await openConnection(serving.port)];
  used.get('/');
  await once(used.socket, 'data');
  await serving.stop();
  expect(await used.reply).toContain('200 OK');
  expect(await silent.reply).toBe('');
});

test('an idle connection stays open for the given time', async () => {
  const serving = await serve({ ...loopback, keepAliveMs: 90_000 }, (_, response) => response.end());
  const { headers } = await fetch(`http://127.0.0.1:${serving.port}/`);
  expect(headers.get('keep-alive')).toBe('timeout=90');
  await serving.stop();
});

test('a request that takes longer to arrive than its limit gets 408 [T20]', async () => {
  const limits = { ...arrivalLimits, headersTimeout: 1_000, requestTimeout: 1_000 };
  const serving = await serve(loopback, (request) => void request.resume(), limits);
  const slow = connect(serving.port, '127.0.0.1');
  slow.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf');
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /);
  await serving.stop();
});

test('a request has half a minute to arrive, which is checked every second [T20]', () => {
  expect(arrivalLimits).toEqual({
    headersTimeout: 15_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 1_000,
  });
});
