import type { Config } from './read-config.ts';

const loopbackHosts = ['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::'];

type Listening = Pick<Config, 'host' | 'origin' | 'production'>;

/**
 * The address at which people reach the site: `ORIGIN`, or one derived from where it listens.
 * Links in mails, cookies and redirects are made from this and never from what a request says of itself.
 */
export function siteOrigin({ host, origin }: Listening, port: number): string {
  if (origin) return origin;
  if (loopbackHosts.includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The origins from which a request may change something: the site's own. While the origin is only derived,
 * the other names of this very machine count too, so that http://127.0.0.1 works like http://localhost.
 */
export function allowedOrigins(config: Listening, port: number): string[] {
  const own = siteOrigin(config, port);
  if (config.origin || config.production || !loopbackHosts.includes(config.host)) return [own];
  return [own, `http://127.0.0.1:${port}`, `http://[::1]:${port}`];
}

/** What everybody knows of the site, its name and where it is: none of it makes a password. */
export function siteWords(config: Listening, port: number): string[] {
  const { hostname } = new URL(siteOrigin(config, port));
  return ['Latchkey', hostname, ...hostname.split('.')];
}
