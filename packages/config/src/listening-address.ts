/** Where a server listens, as `127.0.0.1:3000` or `[::1]:3000`: several processes may have the same `ORIGIN`. */
export const listeningAddress = ({ host }: { host: string }, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
