import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { processConfig } from '@latchkey/config';
import { startApiHere } from './api-transport.ts';

// A process with the built pages and the embedded API. It requests each page with long texts, and prints as JSON the requests
// that took more CPU time of the main thread than allowed, and how many there were.

const maxCpuMs = 150;

const api = await startApiHere(processConfig(), 3000);
process.env['ORIGIN'] = 'http://localhost:3000';
const built = new URL('../../build/handler.js', import.meta.url).href;
const { handler } = (await import(built)) as { handler: Parameters<typeof createServer>[1] };
const server = createServer(handler).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const origin = 'http://localhost:3000';

const expensive: Record<string, string> = {
  'one letter': 'a',
  spaces: ' ',
  'a domain without an end': 'a.',
  'at signs': 'a@',
  'combining marks out of order': '\u0301\u0323\u0315',
  'a ligature of eighteen letters': '\ufdfa',
  leet: '4@8(3!1|0$5+7%2',
  slashes: '/.\\',
  markup: '<&"\'',
};
const fields = ['username', 'email', 'password', 'password2'];
const valid = { username: 'tulip', email: 'm@example.com', password: 'short', password2: 'short' };

const tooExpensive: string[] = [];
let count = 0;
for (const path of process.argv.slice(2)) {
  for (const [name, unit] of Object.entries(expensive)) {
    const repeat = (length: number) => unit.repeat(length / Buffer.byteLength(unit));
    const encoded = encodeURIComponent(repeat(1500));
    for (const search of [`?next=/${encoded}`, `?${encoded}`, `?before=${encoded}`]) {
      await measure(`GET ${path} ${search.slice(0, 8)} ${name}`, () => ask(path + search));
    }
    await measure(`GET ${path} cookie ${name}`, () =>
      ask(path, { headers: { cookie: `latchkey_session=${printable(repeat(14_000))}` } }),
    );
    for (const field of fields) {
      const form = new URLSearchParams({ ...valid, [field]: repeat(15_000) });
      await measure(`POST ${path} ${field} ${name}`, () =>
        ask(path, { method: 'POST', body: form, headers: { origin } }),
      );
    }
  }
}
process.stdout.write(JSON.stringify({ count, tooExpensive }));
server.close();
server.closeAllConnections();
await api?.stop();

/** The first request of a kind is not counted: it compiles code. */
async function measure(name: string, request: () => Promise<Response>): Promise<void> {
  await (await request()).arrayBuffer();
  const before = process.threadCpuUsage();
  const response = await request();
  await response.arrayBuffer();
  const { user, system } = process.threadCpuUsage(before);
  count += 1;
  const cpuMs = Math.round((user + system) / 1000);
  if (cpuMs > maxCpuMs || response.status >= 500) {
    tooExpensive.push(`${name}: ${cpuMs} ms, ${response.status}`);
  }
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init });
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_');
}
