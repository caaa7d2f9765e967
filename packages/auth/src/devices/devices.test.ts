import { afterEach, expect, test, vi } from 'vitest';
import { afterRestart, bob, inMemory, laptop, office, susan, tokensAfter } from '../in-memory.fixture.ts';
import { deviceName } from './user-agent.ts';

afterEach(() => void vi.useRealTimers());

test('devices are listed by name, the current one first [T14]', async () => {
  const { auth, logIn } = inMemory();
  await logIn({ client: office, remember: true });
  const { session } = await auth.loginUser(susan, { client: laptop });
  await logIn({ user: bob });

  const devices = await auth.listDevices(susan.id, session);
  expect(
    devices.map(({ name, isCurrent, isRemembered, address }) => ({ name, isCurrent, isRemembered, address })),
  ).toEqual([
    { name: 'Chrome on Linux', isCurrent: true, isRemembered: false, address: '192.0.2.1' },
    { name: 'Firefox on Windows', isCurrent: false, isRemembered: true, address: '203.0.113.9' },
  ]);
});

test('a remembered browser stays one device when it begins a new session', async () => {
  const { auth, logIn, sessionOf } = inMemory();
  const session = await sessionOf(afterRestart(await logIn({ remember: true })));
  expect(await auth.listDevices(susan.id, session)).toHaveLength(1);
});

test('a user can end one of their devices [T14]', async () => {
  const { auth, logIn, whoAmI } = inMemory();
  const tokens = await logIn({ client: office, remember: true });
  const [device] = await auth.listDevices(susan.id);
  expect(await auth.endDevice(susan.id, device?.id ?? '', laptop)).toBe(true);
  expect(await whoAmI(tokens, office)).toBeNull();
});

test('another user’s device and an unknown one get the same answer [T27]', async () => {
  const { auth, logIn, whoAmI } = inMemory();
  const tokens = await logIn({ user: bob, remember: true });
  const [device] = await auth.listDevices(bob.id);
  expect(await auth.endDevice(susan.id, device?.id ?? '', laptop)).toBe(false);
  expect(await auth.endDevice(susan.id, 'unknown', laptop)).toBe(false);
  expect(await whoAmI(tokens)).toBe(bob.id);
});

test('a user can end all devices except the current one [T14]', async () => {
  const { auth, logIn, whoAmI } = inMemory();
  const others = [await logIn({ client: office, remember: true }), await logIn({ client: office })];
  const { session, issued } = await auth.loginUser(susan, { client: laptop });
  expect(await auth.endOtherDevices(session, laptop)).toBe(2);
  for (const tokens of others) expect(await whoAmI(tokens, office)).toBeNull();
  expect(await whoAmI(tokensAfter(issued))).toBe(susan.id);
});

test('signing in above the limit ends the least recently used device', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { logIn, whoAmI } = inMemory({ sessionsPerUser: 2 });
  const tokens = [];
  for (const client of [office, laptop, laptop]) {
    vi.setSystemTime(Date.now() + 1000);
    tokens.push(await logIn({ client }));
  }
  expect(await Promise.all(tokens.map((each) => whoAmI(each)))).toEqual([null, susan.id, susan.id]);
});

test.each([
  ['', 'Unknown browser'],
  ['curl/8.5.0', 'curl'],
  [laptop.userAgent, 'Chrome on Linux'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  ['<script>alert(1)</script>', 'Unknown browser'],
])('the User-Agent %j is shown as %s', (header, name) => {
  expect(deviceName(header)).toBe(name);
});
