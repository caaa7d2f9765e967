import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parseServerUrl } from './server-url.ts';

/** Stands between an application and its server, and can go away and come back: for tests. */
export type Proxy = {
  /** The database's URL, by way of here. */
  url: string;
  /** Cuts every connection and lets nobody in. */
  stop(): Promise<void>;
  restart(): Promise<void>;
};

export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const { host, port } = parseServerUrl(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  // The cast: a server that listens at a port has such an address.
  const { port: own } = server.address() as AddressInfo;

  return {
    url: Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${own}` }).href,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
    restart: () => listen(own),
  };
}

/** A server that speaks TLS, in front of a PostgreSQL that need not: for tests. @returns its port, and how to stop it */
export async function startTlsProxy(
  databaseUrl: string,
  certificate: { cert: string; key: string },
): Promise<{ port: number; stop(): Promise<void> }> {
  const { host, port } = parseServerUrl(databaseUrl);
  const server = createServer((near) => {
    near.on('error', () => near.destroy());
    // "SSL Session Encryption" in PostgreSQL's protocol: eight bytes ask for it, an S says yes.
    near.once('data', () => {
      near.write('S');
      const secure = new TLSSocket(near, { isServer: true, ...certificate });
      const far = connect(port, host);
      secure.pipe(far).pipe(secure);
      secure.on('error', () => far.destroy());
      far.on('error', () => secure.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  // The cast: a server that listens at a port has such an address.
  const { port: own } = server.address() as AddressInfo;
  return {
    port: own,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
