import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createTemporaryDatabase } from '@latchkey/db/testing';
import { freePort } from './free-port.ts';

const root = resolve(import.meta.dirname, '../../..');

/** How the site runs: pages and API in one process, or in two processes with HTTP between them. */
export type Mode = 'in one process' | 'with API_URL set';

export type RunningSite = {
  url: string;
  databaseUrl: string;
  /** The lines that the processes have written to standard error. */
  logged: readonly string[];
  stop(): Promise<void>;
};

/** Starts the built site over a new database with the demo users. */
export async function startSite(mode: Mode, env: Record<string, string> = {}): Promise<RunningSite> {
  const database = await createTemporaryDatabase('sqlite');
  const servers: Server[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await database.remove();
  };
  try {
    const settings = { DATABASE_URL: database.url, LOG_LEVEL: 'warn', PASSWORD_HASHING: 'fast', ...env };
    const url = await (mode === 'in one process' ? startInOneProcess : startInTwo)(settings, servers);
    const logged = servers.map((server) => server.logged);
    return {
      url,
      databaseUrl: database.url,
      stop,
      get logged() {
        return logged.flat();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startInOneProcess(settings: Settings, servers: Server[]): Promise<string> {
  const web = await startServer(webMain, { ...settings, PORT: '0' });
  servers.push(web);
  return web.url;
}

async function startInTwo(settings: Settings, servers: Server[]): Promise<string> {
  const port = await freePort();
  // Links in mails lead to the pages, which are a proxy to the API.
  const ofApi = { PORT: '0', ORIGIN: `http://localhost:${port}`, TRUST_PROXY: '1' };
  const api = await startServer('apps/api/src/main.ts', { ...settings, ...ofApi });
  servers.push(api);
  // A database that cannot be opened proves that the pages open none.
  const ofWeb = {
    PORT: port,
    API_URL: api.url,
    DATABASE_URL: 'sqlite:/nonexistent/pages-have-no-database.db',
  };
  const web = await startServer(webMain, { ...settings, ...ofWeb });
  servers.push(web);
  return web.url;
}

/** Starts the pages alone, over an API at another address. */
export function startPages(apiUrl: string): Promise<Server> {
  return startServer(webMain, { PORT: '0', API_URL: apiUrl, LOG_LEVEL: 'warn' });
}

const webMain = 'apps/web/src/server/main.ts';

type Settings = Record<string, string>;
type Server = Pick<RunningSite, 'url' | 'logged' | 'stop'>;

async function startServer(main: string, env: Settings): Promise<Server> {
  const child = spawn(process.execPath, [resolve(root, main)], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logged: string[] = [];
  child.stderr.pipe(process.stderr);
  createInterface(child.stderr).on('line', (line) => logged.push(line));
  const url = await readyUrl(child, main);
  return {
    url,
    logged,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function readyUrl(child: ChildProcess, main: string): Promise<string> {
  if (!child.stdout) throw new Error('The output is not piped.');
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^ready on (\S+)$/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error(`${main} ended before it was ready.`);
}
