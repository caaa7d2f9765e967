import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { serve } from './serve.ts';

const here = { host: '127.0.0.1', port: 0 };

test('a taken port is said in one line with a way out', async () => {
  const first = await serve(here, (_, response) => response.end());
  await expect(serve({ ...here, port: first.port }, () => undefined)).rejects.toMatchObject({
    reason: 'port_taken',
    message: expect.stringMatching(/^Port \d+ is taken\. .*PORT=\d+$/) as string,
  });
  await first.stop();
});

test('a host that is not this machine is said by name', async () => {
  await expect(serve({ host: '192.0.2.1', port: 0 }, () => undefined)).rejects.toMatchObject({
    reason: 'address_unknown',
  });
});

test('stopping lets a request under way come to its end', async () => {
  let arrived: () => void;
  const underWay = new Promise<void>((resolve) => (arrived = resolve));
  let finish: () => void = () => undefined;
  const serving = await serve(here, (_, response) => {
    finish = () => response.end('whole');
    arrived();
  });

  const reply = fetch(`http://127.0.0.1:${serving.port}/`, { headers: { connection: 'close' } });
  await underWay;
  const stopped = serving.stop();
  finish();

  expect(await (await reply).text()).toBe('whole');
  await stopped;
  await expect(fetch(`http://127.0.0.1:${serving.port}/`)).rejects.toThrow();
});

test('stopping answers everybody whom the system has let in before', async () => {
  const serving = await serve(here, (_, response) => {
    // As long as a password takes: meanwhile others wait to be taken in.
    const end = Date.now() + 5;
    while (Date.now() < end);
    response.end('whole');
  });
  const connections = Array.from({ length: 24 }, () => connect(serving.port, '127.0.0.1'));
  const replies = connections.map(async (connection) => {
    connection.write('GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n');
    return text(connection);
  });
  await Promise.all(connections.map((connection) => once(connection, 'connect')));
  await serving.stop();
  const answered = (await Promise.all(replies)).filter((reply) => reply.endsWith('whole'));
  expect(answered).toHaveLength(24);
});
