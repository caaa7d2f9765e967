import { describe, expect } from 'vitest';
import { appRouter } from './app-router.ts';
import { refusalOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// What a stranger sends costs the main thread little. Measured as the CPU time of this thread, which does not depend on how
// busy the machine is. A regular expression or a normalization that is quadratic takes ten times the limit.

const maxCpuMs = 150;

const [maxBodyLength, maxHeaderLength] = [62_000, 14_000];

/** Texts that are expensive for backtracking, for Unicode normalization, or for lists. */
const expensive = {
  'one letter': 'a',
  spaces: ' ',
  'a domain without an end': 'a.',
  'at signs': 'a@',
  'combining marks out of order': '\u0301\u0323\u0315',
  'a ligature of eighteen letters': '\ufdfa',
  'invisible characters': '\u200d',
  leet: '4@8(3€6#1!|0$5+7%2',
  brackets: '[(<{',
  'zero bytes': '\0',
};

/** Valid values, so that the other fields are checked as well. */
const validFields: Record<string, unknown> = {
  username: 'marigold',
  email: 'm@example.com',
  password: 'passwordpassword',
  token: 'x',
  id: 'x',
};

const inputs = Object.keys(appRouter._def.procedures).flatMap((path) => [
  { path, field: 'any field' },
  ...Object.keys(validFields).map((field) => ({ path, field })),
]);

describe.each(Object.entries(expensive))('a long text of %s', (_, unit) => {
  const text = textOf(unit, maxBodyLength);

  test('costs little in each field of each procedure [T20]', async ({ sharedWorld }) => {
    for (const { path, field } of inputs) {
      // Alone, since together they would exceed the limit of the body.
      const input = field === 'any field' ? text : { ...validFields, [field]: text };
      expect(await cpuMsOf(() => sharedWorld.post(path, input)), `${path} ${field}`).toBeLessThan(maxCpuMs);
    }
  });

  test('costs little in each header [T20]', async ({ sharedWorld }) => {
    // fetch refuses other characters in a header.
    const value = textOf(unit, maxHeaderLength).replace(/[^\x20-\x7e]/g, ';');
    for (const name of headers) {
      for (const prefix of headerPrefixes) {
        const ask = () => sharedWorld.post('auth.login', { username: 'sam' }, { [name]: prefix + value });
        expect(await cpuMsOf(ask), name).toBeLessThan(maxCpuMs);
      }
    }
  });

  test('costs little in an address [T20]', async ({ sharedWorld }) => {
    const encoded = encodeURIComponent(textOf(unit, maxHeaderLength / 9));
    for (const address of [
      `/trpc/${encoded}`,
      `/trpc/auth.me?input=${encoded}`,
      `/trpc/auth.me,${encoded}?batch=1`,
    ]) {
      expect(await cpuMsOf(() => fetch(sharedWorld.url + address)), address).toBeLessThan(maxCpuMs);
    }
  });
});

test.for([
  ['open brackets', '['.repeat(maxBodyLength)],
  ['nested lists', '['.repeat(30_000) + ']'.repeat(30_000)],
  ['nested objects', '{"0":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ['many fields', JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 1])))],
  ['a long number', '9'.repeat(maxBodyLength)],
] as const)('a body of %s costs little [T20]', async ([, body], { sharedWorld }) => {
  for (const path of ['auth.login', 'auth.register?batch=1', 'auth.resetPassword']) {
    const ask = () =>
      fetch(`${sharedWorld.url}/trpc/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect(await cpuMsOf(ask), path).toBeLessThan(maxCpuMs);
  }
});

describe('a new password that is slow to check', () => {
  const slow = { password: '@'.repeat(40), email: 'm@example.com' };
  const batchOf = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [i, { ...slow, username: `marigold${i}` }]));

  test('lets other requests be answered before it, also ten in a batch [T20]', async ({ world }) => {
    const path = `${Array.from({ length: 10 }, () => 'auth.register').join(',')}?batch=1`;
    const order: string[] = [];
    const batch = world.post(path, batchOf(10)).then(() => order.push('batch'));
    await fetch(`${world.url}/healthz`).then(() => order.push('healthz'));
    await batch;
    expect(order).toEqual(['healthz', 'batch']);
  });

  test('costs the main thread little [T20]', async ({ sharedWorld }) => {
    const ask = () => sharedWorld.post('auth.register', { ...slow, username: 'marigold' });
    expect(await cpuMsOf(ask)).toBeLessThan(maxCpuMs);
  });
});

describe('the strength of a new password', () => {
  const guessable = { username: 'tulip', email: 'm@example.com', password: 'passwordpassword' };
  const refusal = (world: TestApi, odd: Partial<typeof guessable>) =>
    refusalOf(world.browser().api.auth.register.mutate({ ...guessable, ...odd }));

  test('is not estimated for a user name that is taken', async ({ sharedWorld }) => {
    expect(await refusal(sharedWorld, { username: 'Susan' })).toMatchObject({
      reason: 'username_taken',
      fields: { username: expect.any(String) as string },
    });
  });

  test('is not estimated where another field is wrong', async ({ sharedWorld }) => {
    expect(Object.keys((await refusal(sharedWorld, { email: 'nowhere' })).fields)).toEqual(['email']);
    expect(Object.keys((await refusal(sharedWorld, {})).fields)).toEqual(['password']);
  });
});

const headers = [
  'user-agent',
  'cookie',
  'x-forwarded-for',
  'origin',
  'accept',
  'accept-language',
  'content-type',
  'x-request-id',
  'authorization',
  'x-api-key',
  'referer',
];

const headerPrefixes = ['', 'latchkey_session=', 'Mozilla/5.0 (', '::ffff:'];

const textOf = (unit: string, length: number) => unit.repeat(Math.ceil(length / Buffer.byteLength(unit)));

/** The CPU time of this thread for a request. The first request of a kind is not counted: it compiles code. */
async function cpuMsOf(ask: () => Promise<Response>): Promise<number> {
  await (await ask()).arrayBuffer();
  const before = process.threadCpuUsage();
  await (await ask()).arrayBuffer();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
