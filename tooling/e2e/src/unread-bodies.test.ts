import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestHead, sendText } from './raw-connection.ts';
import { startSite, type Mode, type RunningSite } from './start-site.ts';

const modes: Mode[] = ['in one process', 'with API_URL set'];

const urlencoded = 'application/x-www-form-urlencoded';
const chunk = 'x'.repeat(60_000);
const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(50) + '0\r\n\r\n';

describe.each(modes)('the site %s', (mode) => {
  let site: RunningSite;
  beforeAll(async () => {
    site = await startSite(mode);
  });
  afterAll(() => site.stop());

  const send = (line: string, headers: string[], body: string) =>
    sendText(site.url, requestHead(site.url, line, headers) + body);

  test.each([
    ['/trpc/auth.login', 'application/json', 413],
    ['/login', urlencoded, 413],
    ['/register', 'multipart/form-data; boundary=x', 413],
    ['/nowhere', urlencoded, 404],
    ['/logout', urlencoded, 303],
    ['/account', urlencoded, 303],
  ])('a body of 3 MB in chunks to %s (%s) is answered with %i [T20]', async (path, type, status) => {
    const headers = [`content-type: ${type}`, 'transfer-encoding: chunked'];
    for (const connection of ['keep-alive', 'close']) {
      const { outcome } = await send(`POST ${path}`, [...headers, `connection: ${connection}`], chunks);
      expect(await outcome, connection).toBe(status);
    }
  });

  test.each(['/trpc/auth.login', '/login'])(
    'a body of 3 MB to %s that waits for 100 Continue is answered with 413 [T20]',
    async (path) => {
      const headers = ['expect: 100-continue', `content-type: ${urlencoded}`, 'content-length: 3000000'];
      const { outcome } = await send(`POST ${path}`, headers, 'x'.repeat(3_000_000));
      expect(await outcome).toBe(413);
    },
  );

  test.each([
    ['/trpc/auth.login', 'application/json'],
    ['/login', urlencoded],
    ['/register', 'multipart/form-data; boundary=x'],
  ])('a broken gzip body to %s is answered with 400 [T20]', async (path, type) => {
    const headers = [`content-type: ${type}`, 'content-encoding: gzip', 'content-length: 6'];
    const { outcome } = await send(`POST ${path}`, headers, '\x1f\x0baaaa');
    expect([400, 415]).toContain(await outcome);
  });

  test('a client that closes the connection within its request is not logged as an error', async () => {
    for (const path of ['/trpc/auth.login', '/login', '/register', '/nowhere', '/account/password']) {
      for (const type of ['application/json', urlencoded, 'multipart/form-data; boundary=x']) {
        const { socket } = await send(`POST ${path}`, [`content-type: ${type}`, 'content-length: 1000'], '{');
        socket.end();
        await once(socket, 'close');
      }
    }
    // Answered after the server has noticed.
    expect((await fetch(`${site.url}/login`)).status).toBe(200);
    expect(site.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
