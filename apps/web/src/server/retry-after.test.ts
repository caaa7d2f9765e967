import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { withRetryAfter } from './retry-after.ts';

test.each([
  [503, '5'],
  [500, null],
  [200, null],
])('a response with status %i has Retry-After: %s', async (status, retryAfter) => {
  const listener = withRetryAfter((_, response) => response.writeHead(status, { vary: 'cookie' }).end());
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // The cast: a server that listens at a TCP port has an AddressInfo.
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  expect([headers.get('retry-after'), headers.get('vary')]).toEqual([retryAfter, 'cookie']);
});
