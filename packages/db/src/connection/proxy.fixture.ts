import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parseServerUrl } from './server-url.ts';

/** A TCP proxy in front of a database server that tests can stop and restart. */
export type Proxy = {
  /** The URL of the database through the proxy. */
  url: string;
  /** Closes all connections and stops listening. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Keeps accepting connections, but passes no byte on: what arrives is lost. */
  swallow(): void;
  /** Resolves when bytes have been swallowed. */
  swallowed(): Promise<unknown>;
  /** Passes bytes on again, except on the connections that were lost. */
  forward(): void;
  /** Makes the present connections swallow bytes for ever, like those through a firewall that has forgotten them. */
  loseConnections(): void;
};

/** Starts a proxy in front of the server of a database. */
export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const { host, port } = parseServerUrl(databaseUrl);
  const sockets = new Set<Socket>();
  const lost = new WeakSet<Socket>();
  let isSwallowing = false;
  let swallowed = Promise.withResolvers<undefined>();
  const server = createServer((client) => {
    const upstream = connect(port, host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!isSwallowing && !lost.has(from)) to.write(bytes);
        else swallowed.resolve(undefined);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = (atPort: number) =>
    new Promise<void>((resolve) => server.listen(atPort, '127.0.0.1', resolve));
  await listen(0);
  // The cast: a server that listens at a TCP port has an AddressInfo.
  const { port: proxyPort } = server.address() as AddressInfo;

  return {
    url: Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${proxyPort}` }).href,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
    restart: () => listen(proxyPort),
    swallow() {
      isSwallowing = true;
      swallowed = Promise.withResolvers();
    },
    swallowed: () => swallowed.promise,
    forward() {
      isSwallowing = false;
    },
    loseConnections() {
      for (const socket of sockets) lost.add(socket);
    },
  };
}

/** Starts a proxy that terminates TLS in front of a PostgreSQL server. */
export async function startTlsProxy(
  databaseUrl: string,
  certificate: { cert: string; key: string },
): Promise<{ port: number; stop(): Promise<void> }> {
  const { host, port } = parseServerUrl(databaseUrl);
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    // PostgreSQL's protocol, "SSL Session Encryption": the client sends eight bytes, and the server accepts with an S.
    client.once('data', () => {
      client.write('S');
      const secure = new TLSSocket(client, { isServer: true, ...certificate });
      const upstream = connect(port, host);
      secure.pipe(upstream).pipe(secure);
      secure.on('error', () => upstream.destroy());
      upstream.on('error', () => secure.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  // The cast: a server that listens at a TCP port has an AddressInfo.
  const { port: proxyPort } = server.address() as AddressInfo;
  return {
    port: proxyPort,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
