import { afterEach, expect, test, vi } from 'vitest';
import { bob, inMemory, kept, laptop, office, reopened, susan } from '../in-memory.fixture.ts';
import { deviceName } from './user-agent.ts';

afterEach(() => void vi.useRealTimers());

test('threat 14: devices are listed in words, the one that asks first', async () => {
  const { auth } = inMemory();
  await auth.loginUser(susan, { client: office, remember: true });
  const { session } = await auth.loginUser(susan, { client: laptop });
  await auth.loginUser(bob, { client: laptop });

  const devices = await auth.listDevices(susan.id, session);
  expect(
    devices.map(({ name, isCurrent, isRemembered, address }) => ({ name, isCurrent, isRemembered, address })),
  ).toEqual([
    { name: 'Chrome on Linux', isCurrent: true, isRemembered: false, address: '192.0.2.1' },
    { name: 'Firefox on Windows', isCurrent: false, isRemembered: true, address: '203.0.113.9' },
  ]);
});

test('a remembered browser is one device, however often it came back', async () => {
  const { auth } = inMemory();
  const tokens = kept((await auth.loginUser(susan, { client: laptop, remember: true })).issued);
  const { session } = await auth.resumeSession(reopened(tokens), laptop);
  expect(await auth.listDevices(susan.id, session)).toHaveLength(1);
});

test('threat 14 and 27: one device is ended, and another person’s is unknown', async () => {
  const { auth } = inMemory();
  const theirs = kept((await auth.loginUser(bob, { client: laptop, remember: true })).issued);
  const tokens = kept((await auth.loginUser(susan, { client: office, remember: true })).issued);
  const [device] = await auth.listDevices(susan.id);
  const [foreign] = await auth.listDevices(bob.id);

  expect(await auth.endDevice(susan.id, foreign?.id ?? '', laptop)).toBe(false);
  expect(await auth.endDevice(susan.id, 'nonsense', laptop)).toBe(false);
  expect(await auth.endDevice(susan.id, device?.id ?? '', laptop)).toBe(true);
  expect((await auth.resumeSession(tokens, office)).current.isAnonymous).toBe(true);
  expect((await auth.resumeSession(theirs, laptop)).current.id).toBe(bob.id);
});

test('threat 14: all others are ended, and the one that asks goes on', async () => {
  const { auth } = inMemory();
  const others = [
    kept((await auth.loginUser(susan, { client: office, remember: true })).issued),
    kept((await auth.loginUser(susan, { client: office })).issued),
  ];
  const { session, issued } = await auth.loginUser(susan, { client: laptop });
  expect(await auth.endOtherDevices(session, laptop)).toBe(2);
  for (const tokens of others)
    expect((await auth.resumeSession(tokens, office)).current.isAnonymous).toBe(true);
  expect((await auth.resumeSession(kept(issued), laptop)).current.id).toBe(susan.id);
});

test('with a limit, the next sign-in ends the device that was seen least lately', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { auth } = inMemory({ sessionsPerUser: 2 });
  const tokens = [];
  for (const client of [office, laptop, laptop]) {
    vi.setSystemTime(Date.now() + 1000);
    tokens.push(kept((await auth.loginUser(susan, { client })).issued));
  }
  const ids = await Promise.all(
    tokens.map(async (each) => (await auth.resumeSession(each, laptop)).current.id),
  );
  expect(ids).toEqual([null, '1', '1']);
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
])('the header %j is %s', (header, name) => {
  expect(deviceName(header)).toBe(name);
});
