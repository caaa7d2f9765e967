import { expect, test } from 'vitest';
import { hour, inMemory, kept, laptop as client, nothing, susan } from './in-memory.fixture.ts';
import type { AuthEvent } from './events.ts';

test('signing in, being asked for, confirming and signing out are told to whoever has subscribed', async () => {
  const { auth } = inMemory();
  const told: string[] = [];
  for (const event of ['signed_in', 'accessed', 'confirmed', 'signed_out', 'session_ended'] as const) {
    auth.events.on(event, () => void told.push(event));
  }
  const tokens = kept((await auth.loginUser(susan, { client })).issued);
  const { session } = await auth.resumeSession(tokens, client);
  if (!session) throw new Error('Susan is signed in.');
  const confirmed = await auth.confirmLogin(susan, session, client);
  await auth.loginUser(susan, { client });
  await auth.endOtherDevices(confirmed.session, client);
  await auth.logoutUser(kept(confirmed.issued), client);
  expect(told).toEqual(['signed_in', 'accessed', 'confirmed', 'signed_in', 'session_ended', 'signed_out']);
});

test('nobody is told of nobody', async () => {
  const { auth } = inMemory();
  const told: AuthEvent[] = [];
  auth.events.on('accessed', () => void told.push('accessed'));
  auth.events.on('signed_out', () => void told.push('signed_out'));
  await auth.resumeSession(nothing, client);
  await auth.logoutUser(nothing, client);
  expect(told).toEqual([]);
});

test('a subscription can be ended', async () => {
  const { auth } = inMemory();
  let count = 0;
  const end = auth.events.on('signed_in', () => {
    count += 1;
  });
  await auth.loginUser(susan, { client });
  end();
  await auth.loginUser(susan, { client });
  expect(count).toBe(1);
});

test('a subscriber that fails hurts nobody, and its mistake is told', async () => {
  const mistakes: unknown[] = [];
  const { auth } = inMemory({
    onListenerError: (event, error) => {
      mistakes.push([event, String(error)]);
    },
  });
  let reached = false;
  auth.events.on('signed_in', () => Promise.reject(new Error('the mail server is away')));
  auth.events.on('signed_in', () => {
    reached = true;
  });
  await auth.loginUser(susan, { client });
  expect(reached).toBe(true);
  expect(mistakes).toEqual([['signed_in', 'Error: the mail server is away']]);
});

test('a subscriber is waited for', async () => {
  const { auth } = inMemory({ freshMs: hour });
  let isDone = false;
  auth.events.on('signed_in', async () => {
    await Promise.resolve();
    await Promise.resolve();
    isDone = true;
  });
  await auth.loginUser(susan, { client });
  expect(isDone).toBe(true);
});
