import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { withSafeHeaders } from './safe-headers.ts';

/** The response headers of a listener. */
async function headersOf(listener: RequestListener): Promise<Headers> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  return headers;
}

const emptyResponse: RequestListener = (_, response) => response.end();

test('an HTTPS site sends Strict-Transport-Security [T18]', async () => {
  const headers = await headersOf(withSafeHeaders(emptyResponse, { origin: 'https://login.example.com' }));
  expect(headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
});

test.each([null, 'http://localhost:3000'])(
  'a site with the origin %s does not send Strict-Transport-Security',
  async (origin) => {
    expect(
      (await headersOf(withSafeHeaders(emptyResponse, { origin }))).has('strict-transport-security'),
    ).toBe(false);
  },
);

test('caches store no response, unless the listener allows it [T19]', async () => {
  const file: RequestListener = (_, response) =>
    response.writeHead(200, { 'cache-control': 'immutable' }).end();
  expect((await headersOf(withSafeHeaders(emptyResponse, { origin: null }))).get('cache-control')).toBe(
    'no-store',
  );
  expect((await headersOf(withSafeHeaders(file, { origin: null }))).get('cache-control')).toBe('immutable');
});
