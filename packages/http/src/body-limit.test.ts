import { expect, test } from 'vitest';
import { limitBody } from './body-limit.ts';

const post = (body: string | ReadableStream, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' });

test('a body within the limit arrives whole', async () => {
  expect(await (await limitBody(post('0123456789'), 10))?.text()).toBe('0123456789');
});

test('a body over the limit is not read to its end', async () => {
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

test('a body that announces its size is refused before it is read', async () => {
  expect(await limitBody(post('0123456789', { 'content-length': '10' }), 9)).toBeNull();
});

test('a request without a body passes', async () => {
  const get = new Request('http://localhost/');
  expect(await limitBody(get, 1)).toBe(get);
});
