import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { startProxy } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from './process.fixture.ts';

// The process of the API, while what it needs takes connections and never answers.

test('SIGTERM ends the process while its database and its mail server never answer', async () => {
  const mailServer = await silentMailServer();
  const database = await databaseBehindProxy();
  const api = await startProcess({ DATABASE_URL: database.url, SMTP_URL: mailServer.url });
  const credentials = { username: 'marigold', password: 'velvet otter juggles lemons' };
  const registered = await post(api.url, 'auth.register', { ...credentials, email: 'm@example.com' });
  expect(registered.status).toBe(200);
  await mailServer.greeted;

  database.swallow();
  const answer = database.isServer ? post(api.url, 'auth.login', credentials) : null;
  await database.swallowed();
  api.child.kill('SIGTERM');
  const [code] = (await once(api.child, 'exit')) as [number | null];
  expect({ code, errors: api.errors() }).toEqual({ code: 0, errors: '' });
  expect((await answer)?.status).toBe(database.isServer ? 503 : undefined);
});

const post = (url: string, procedure: string, body: object) =>
  fetch(`${url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** A mail server that greets and falls silent. */
async function silentMailServer() {
  const greeted = Promise.withResolvers<undefined>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 silent.example\r\n');
    greeted.resolve(undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // The cast: a server that listens at a TCP port has an AddressInfo.
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, greeted: greeted.promise };
}

/** SQLite has no server that could fall silent. */
async function databaseBehindProxy() {
  const temporary = await createMigratedDatabase();
  onTestFinished(() => temporary.remove());
  if (temporary.engine === 'sqlite') {
    return {
      url: temporary.url,
      isServer: false,
      swallow: () => undefined,
      swallowed: () => Promise.resolve(),
    };
  }
  const proxy = await startProxy(temporary.url);
  onTestFinished(() => proxy.stop());
  return { ...proxy, isServer: true };
}
