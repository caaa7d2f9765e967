import { once } from 'node:events';
import { connect } from 'node:net';
import { BusyError, createPasswords } from '@latchkey/auth';
import { describe, expect, vi } from 'vitest';
import { refusalOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// The API while too many passwords wait to be hashed, and for clients that do not wait.

const sam = { username: 'sam', password: 'dog' };

describe('a sign-in that would wait too long', () => {
  test('is refused with 503 and Retry-After', async ({ world }) => {
    vi.spyOn(world.services.passwords, 'check').mockRejectedValue(new BusyError());
    const response = await world.post('auth.login', sam);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ error: { data: { reason: 'busy' } } });
  });

  test('is refused alike for a known and an unknown user [T3]', async ({ world }) => {
    vi.spyOn(world.services.passwords, 'check').mockRejectedValue(new BusyError());
    const [known, unknown] = await Promise.all(
      ['sam', 'unknown'].map((login) => refusalOf(world.signIn(login, 'wrong'))),
    );
    expect({ ...unknown, requestId: null }).toEqual({ ...known, requestId: null });
  });

  test('of a batch is refused within it', async ({ world }) => {
    vi.spyOn(world.services.passwords, 'check').mockRejectedValue(new BusyError());
    const batch = await world.post('auth.login,auth.logout?batch=1', { 0: sam, 1: {} });
    expect(batch.headers.get('retry-after')).toBe('5');
    expect(await batch.json()).toMatchObject([{ error: { data: { reason: 'busy' } } }, { result: {} }]);
  });
});

test('the passwords of a batch are hashed one after the other', async ({ world }) => {
  const { check } = world.services.passwords;
  const running = { now: 0, most: 0 };
  vi.spyOn(world.services.passwords, 'check').mockImplementation(async (...parameters) => {
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    return check(...parameters).finally(() => (running.now -= 1));
  });
  const path = Array.from({ length: 5 }, () => 'auth.login').join(',');
  const logins = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [i, sam]));
  const response = await world.post(`${path}?batch=1`, logins);
  expect([response.status, running]).toEqual([200, { now: 0, most: 1 }]);
});

describe('a client that closes the connection', () => {
  test('while its password waits to be hashed causes no hash', async ({ world }) => {
    const hashes = occupyProcessors();
    const check = vi.spyOn(world.services.passwords, 'check');
    const client = new AbortController();
    const request = fetchLogin(world, client.signal);
    await vi.waitFor(() => {
      expect(check).toHaveBeenCalledOnce();
    });
    client.abort();
    await expect(request).rejects.toThrow('aborted');
    await expect(check.mock.results[0]?.value).rejects.toThrow('aborted');
    await hashes;
  });

  test('during a call is logged at debug', async ({ world }) => {
    const { debug, error } = spyOnLog(world);
    const client = new AbortController();
    vi.spyOn(world.services.passwords, 'check').mockImplementation(async (_hash, _password, limits = {}) => {
      client.abort();
      if (limits.signal) await once(limits.signal, 'abort');
      throw new Error('broken');
    });
    await expect(fetchLogin(world, client.signal)).rejects.toThrow('aborted');
    await vi.waitFor(() => {
      expect(debug).toHaveBeenCalledOnce();
    });
    expect(error).not.toHaveBeenCalled();
  });

  test.for([
    ['with a length', 'content-length: 1000', '{"username":'],
    ['in chunks', 'transfer-encoding: chunked', 'c\r\n{"username":\r\n'],
    ['with malformed chunks', 'transfer-encoding: chunked', 'zz\r\n{"username":\r\n'],
  ] as const)('within a body %s is logged at debug', async ([, header, part], { world }) => {
    const { debug, error } = spyOnLog(world);
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
    const lines = [
      'POST /trpc/auth.login HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      header,
    ];
    socket.end([...lines, '', part].join('\r\n'));
    socket.resume();
    await once(socket, 'close');
    await vi.waitFor(() => {
      expect(debug).toHaveBeenCalledOnce();
    });
    expect(error).not.toHaveBeenCalled();
  });
});

const fetchLogin = ({ url }: TestApi, signal: AbortSignal) =>
  fetch(`${url}/trpc/auth.login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sam),
    signal,
  });

/** Fills the queue with hashes at the standard cost: about a second of work. */
const occupyProcessors = () => {
  const { hash } = createPasswords();
  return Promise.all(Array.from({ length: 40 }, () => hash('cat')));
};

const spyOnLog = ({ services }: TestApi) => ({
  debug: vi.spyOn(services.log, 'debug'),
  error: vi.spyOn(services.log, 'error'),
});
