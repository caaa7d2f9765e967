import { text } from 'node:stream/consumers';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serve } from './serve.ts';

test('a stop answers a request that does not end with 503 [T35]', async () => {
  const arrived = Promise.withResolvers<undefined>();
  const serving = await serve({ host: '127.0.0.1', port: 0, keepAliveMs: 65_000 }, () => {
    arrived.resolve(undefined);
  });
  const connection = connect(serving.port, '127.0.0.1');
  connection.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const reply = text(connection);
  await arrived.promise;
  await serving.stop();
  expect(await reply).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n/s);
}, 30_000);
