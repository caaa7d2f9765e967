import { expect, test } from 'vitest';
import { limitBody } from './body-limit.ts';

const post = (body: string | ReadableStream, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' });

test('a body within the limit is complete', async () => {
  expect(await (await limitBody(post('0123456789'), 10))?.text()).toBe('0123456789');
});

test('reading a body stops at the limit [T20]', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  expect(await limitBody(post(endless), 5000)).toBeNull();
  expect(sent).toBeLessThan(10);
});

test('a body whose Content-Length exceeds the limit is not read [T20]', async () => {
  const request = post('0123456789', { 'content-length': '10' });
  expect(await limitBody(request, 9)).toBeNull();
  expect(request.bodyUsed).toBe(false);
});

test('a request without a body is returned unchanged', async () => {
  const get = new Request('http://localhost/');
  expect(await limitBody(get, 1)).toBe(get);
});
