import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { withSafeHeaders } from './safe-headers.ts';

/** The headers that a server sends around a listener. */
async function headersOf(listener: RequestListener): Promise<Headers> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  return headers;
}

const nothing: RequestListener = (_, response) => response.end();

test('threat 18: over HTTPS browsers are told to come back over HTTPS only', async () => {
  const headers = await headersOf(withSafeHeaders(nothing, { origin: 'https://login.example.com' }));
  expect(headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
});

test.each([null, 'http://localhost:3000'])('with the origin %s they are not', async (origin) => {
  expect((await headersOf(withSafeHeaders(nothing, { origin }))).has('strict-transport-security')).toBe(
    false,
  );
});

test('threat 19: nothing is stored, unless what is served says otherwise', async () => {
  const file: RequestListener = (_, response) =>
    response.writeHead(200, { 'cache-control': 'immutable' }).end();
  expect((await headersOf(withSafeHeaders(nothing, { origin: null }))).get('cache-control')).toBe('no-store');
  expect((await headersOf(withSafeHeaders(file, { origin: null }))).get('cache-control')).toBe('immutable');
});
