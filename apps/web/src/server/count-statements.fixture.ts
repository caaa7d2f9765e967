import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { processConfig } from '@latchkey/config';
import { startApiHere } from './api-transport.ts';

// A process with the built pages and the embedded API. It requests each page as susan, and prints as JSON how many SQL
// statements ran, how many of them read a session, and how often the environment was read.

const readsOfEnvironment = { count: 0 };
process.env = new Proxy(
  { ...process.env },
  {
    ownKeys(target) {
      readsOfEnvironment.count += 1;
      return Reflect.ownKeys(target);
    },
  },
);

const statements: string[] = [];
const onStatement = (sql: string) => void statements.push(sql);
const api = await startApiHere(processConfig(), 3000, undefined, { onStatement });
if (!api) throw new Error('This counts the embedded API: unset API_URL.');
readsOfEnvironment.count = 0;

process.env['ORIGIN'] = 'http://localhost:3000';
const built = new URL('../../build/handler.js', import.meta.url).href;
const { handler } = (await import(built)) as { handler: Parameters<typeof createServer>[1] };
const server = createServer(handler).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const susan = await api.services.users.findByLogin('susan');
if (!susan) throw new Error('susan is a demo user.');
const client = { userAgent: 'node', address: '127.0.0.1' };
const { issued } = await api.services.auth.loginUser(susan, { client });
const cookie = api.services.cookies
  .write(issued)
  .map((value) => value.split(';')[0])
  .join('; ');

const pages: Record<string, { status: number; statements: number; sessionReads: number }> = {};
for (const path of process.argv.slice(2)) {
  statements.length = 0;
  const { status } = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { cookie, 'user-agent': 'node' },
    redirect: 'manual',
  });
  const sessionReads = statements.filter((sql) => /from sessions s join users u/i.test(sql)).length;
  pages[path] = { status, statements: statements.length, sessionReads };
}
process.stdout.write(JSON.stringify({ pages, readsOfEnvironment: readsOfEnvironment.count }));

server.close();
server.closeAllConnections();
await api.stop();
