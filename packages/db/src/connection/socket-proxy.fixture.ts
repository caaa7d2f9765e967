import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { parseServerUrl } from './server-url.ts';

/**
 * Starts a Unix socket in a folder, which leads to the server of a database: the test servers may be on another machine.
 * @returns the URL of the database over the socket
 */
export async function startSocketProxy(
  databaseUrl: string,
  folder: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { engine, host, port } = parseServerUrl(databaseUrl);
  const path = join(folder, engine === 'postgresql' ? `.s.PGSQL.${port}` : 'mysqld.sock');
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    const upstream = connect(port, host);
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    client.on('close', () => clients.delete(client));
    upstream.on('error', () => client.destroy());
  });
  server.listen(path);
  await once(server, 'listening');

  const url = new URL(databaseUrl);
  // A host that does not exist: the option replaces it.
  url.hostname = 'replaced.invalid';
  url.search = '';
  if (engine === 'postgresql') url.searchParams.set('host', folder);
  else url.searchParams.set('socket', path);
  return {
    url: url.href,
    async stop() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
