import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryDatabase } from '@latchkey/db/testing';

const root = resolve(import.meta.dirname, '../../..');

/** How the site runs: pages and API together, or each in a process of its own with HTTP between them. */
export type Mode = 'in one process' | 'with API_URL set';

export type Site = {
  url: string;
  databaseUrl: string;
  /** Stops it and starts it again over the same data, at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** The built site over a database of its own, with the demo users in it. */
export async function startSite(mode: Mode, env: Record<string, string> = {}): Promise<Site> {
  const place = await temporaryDatabase();
  const settings = { DATABASE_URL: place.url, LOG_LEVEL: 'warn', ...env };
  let running: Server[] = [];

  const start = async (port: string) => {
    running = [];
    const api =
      mode === 'with API_URL set'
        ? await startServer('apps/api/src/main.ts', {
            ...settings,
            PORT: '0',
            // What the API writes into mails is the address of the pages, which are a proxy to it.
            ORIGIN: `http://localhost:${port}`,
            TRUST_PROXY: '1',
          })
        : null;
    if (api) running.push(api);
    const web = await startServer('apps/web/src/server/main.ts', {
      ...settings,
      PORT: port,
      // The pages have no database: what they know, they have from the API.
      ...(api && { API_URL: api.url, DATABASE_URL: 'sqlite:/nonexistent/pages-have-no-database.db' }),
    });
    running.push(web);
    return web.url;
  };
  const stop = () => Promise.all(running.map((server) => server.stop()));

  const url = await start(await freePort());
  return {
    url,
    databaseUrl: place.url,
    async restart() {
      await stop();
      await start(new URL(url).port);
    },
    async stop() {
      await stop();
      await place.remove();
    },
  };
}

/** A port that nobody listens on. Somebody may take it before it is used; nobody here does. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** The pages alone, over an API that is somewhere else. */
export async function startPages(apiUrl: string): Promise<Pick<Site, 'url' | 'stop'>> {
  return startServer('apps/web/src/server/main.ts', { PORT: '0', API_URL: apiUrl, LOG_LEVEL: 'warn' });
}

type Server = { url: string; stop(): Promise<void> };

async function startServer(main: string, env: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, [resolve(root, main)], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readyUrl(child, main);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function readyUrl(child: ChildProcess, main: string): Promise<string> {
  if (!child.stdout) throw new Error('The output is not read.');
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^ready on (\S+)$/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error(`${main} ended before it was ready.`);
}
