import { expect, test } from 'vitest';
import { inMemory, laptop as client, noTokens, susan, tokensAfter } from './in-memory.fixture.ts';
import type { AuthEvent } from './events.ts';

test('signing in, requests, confirming and signing out emit events', async () => {
  const { auth, logIn, sessionOf } = inMemory();
  const emitted: AuthEvent[] = [];
  for (const event of ['signed_in', 'accessed', 'confirmed', 'signed_out', 'other_sessions_ended'] as const) {
    auth.events.on(event, () => void emitted.push(event));
  }
  const session = await sessionOf(await logIn());
  const confirmed = await auth.confirmLogin(susan, session, client);
  await logIn();
  await auth.endOtherDevices(confirmed.session, client);
  await auth.logoutUser(tokensAfter(confirmed.issued), client);
  expect(emitted).toEqual([
    'signed_in',
    'accessed',
    'confirmed',
    'signed_in',
    'other_sessions_ended',
    'signed_out',
  ]);
});

test('the event of a remembered browser contains no token [T31]', async () => {
  const { auth, logIn } = inMemory();
  const received: unknown[] = [];
  auth.events.on('remembered', (data) => void received.push(data));
  const { remember } = await logIn({ remember: true });
  const { issued } = await auth.resumeSession({ session: null, remember }, client);
  expect(received).toHaveLength(1);
  for (const token of [remember, issued.session, issued.remember?.token]) {
    expect(token).toMatch(/^[rs]_/);
    expect(JSON.stringify(received)).not.toContain(token);
  }
});

test('anonymous requests emit no event', async () => {
  const { auth } = inMemory();
  const emitted: AuthEvent[] = [];
  auth.events.on('accessed', () => void emitted.push('accessed'));
  auth.events.on('signed_out', () => void emitted.push('signed_out'));
  await auth.resumeSession(noTokens, client);
  await auth.logoutUser(noTokens, client);
  expect(emitted).toEqual([]);
});

test('a listener can be removed', async () => {
  const { auth, logIn } = inMemory();
  let count = 0;
  const remove = auth.events.on('signed_in', () => {
    count += 1;
  });
  await logIn();
  remove();
  await logIn();
  expect(count).toBe(1);
});

test('a listener that fails is reported and does not affect the others', async () => {
  const errors: unknown[] = [];
  const { auth, logIn } = inMemory({
    onListenerError: (event, error) => {
      errors.push([event, String(error)]);
    },
  });
  let isCalled = false;
  auth.events.on('signed_in', () => Promise.reject(new Error('no mail server')));
  auth.events.on('signed_in', () => {
    isCalled = true;
  });
  await logIn();
  expect(isCalled).toBe(true);
  expect(errors).toEqual([['signed_in', 'Error: no mail server']]);
});

test('emitting an event waits for its listeners', async () => {
  const { auth, logIn } = inMemory();
  let isDone = false;
  auth.events.on('signed_in', async () => {
    await Promise.resolve();
    await Promise.resolve();
    isDone = true;
  });
  await logIn();
  expect(isDone).toBe(true);
});
