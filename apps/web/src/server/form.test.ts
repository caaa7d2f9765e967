import { isHttpError } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { readForm, textOf } from './form.ts';

const requestOf = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://localhost/login', { method: 'POST', body, headers });

/** The status of the error page that reading throws, or 200. */
async function statusOf(request: Request): Promise<number> {
  try {
    await readForm(request);
    return 200;
  } catch (reason) {
    if (isHttpError(reason)) return reason.status;
    throw reason;
  }
}

test('the fields of a form are read', async () => {
  const form = await readForm(requestOf(new URLSearchParams({ username: 'Zoë' })));
  expect(textOf(form, 'username')).toBe('Zoë');
  expect(textOf(form, 'missing')).toBe('');
});

test('a file is not read as text', async () => {
  const form = new FormData();
  form.set('username', new Blob(['susan']), 'susan.txt');
  expect(textOf(await readForm(requestOf(form)), 'username')).toBe('');
});

test('a form above the limit is answered with 413 [T20]', async () => {
  expect(await statusOf(requestOf(new URLSearchParams({ username: 'x'.repeat(49_000) })))).toBe(200);
  expect(await statusOf(requestOf(new URLSearchParams({ username: 'x'.repeat(50_000) })))).toBe(413);
});

test.each([
  ['JSON', 'application/json'],
  ['multipart without its boundary', 'multipart/form-data'],
])('a body of %s is answered with 400 [T20]', async (_, type) => {
  expect(await statusOf(requestOf('{}', { 'content-type': type }))).toBe(400);
});
