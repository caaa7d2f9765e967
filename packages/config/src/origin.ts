import type { Config } from './config.ts';

const loopbackHosts = ['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::'];

type OriginConfig = Pick<Config, 'host' | 'origin' | 'production'>;
type OriginsConfig = OriginConfig & Pick<Config, 'allowedOrigins'>;

/**
 * The public origin of the site: `ORIGIN`, or one derived from host and port. Links in mails, cookies and redirects use
 * it, and never the `Host` header of a request.
 */
export function siteOrigin({ host, origin }: OriginConfig, port: number): string {
  if (origin) return origin;
  if (loopbackHosts.includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The origins whose requests may change data: the site's own, and those of `ALLOWED_ORIGINS`. While the origin is derived from a
 * loopback host, the other loopback names are allowed too, so that http://127.0.0.1 works like http://localhost.
 * @returns the site's own origin first
 */
export function allowedOrigins(config: OriginsConfig, port: number): string[] {
  return [...new Set([siteOrigin(config, port), ...loopbackOrigins(config, port), ...config.allowedOrigins])];
}

function loopbackOrigins(config: OriginConfig, port: number): string[] {
  if (config.origin || config.production || !loopbackHosts.includes(config.host)) return [];
  return [`http://127.0.0.1:${port}`, `http://[::1]:${port}`];
}

/** The name of the site and the parts of its host name. Passwords must not consist of them. */
export function siteWords(config: OriginConfig, port: number): string[] {
  const { hostname } = new URL(siteOrigin(config, port));
  return ['Latchkey', hostname, ...hostname.split('.')];
}
