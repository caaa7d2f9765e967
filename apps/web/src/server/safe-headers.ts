import type { RequestListener } from 'node:http';
import type { Config } from '@latchkey/config';

/** What every answer carries, files and errors included; a page's own policy for scripts comes from vite.config.ts. */
const safeHeaders = {
  'cache-control': 'no-store', // ASVS 5.0 §14.3.2: pages are about somebody. Built files say otherwise for themselves.
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Two years, as browsers' preload list asks for; only where the site is reached over HTTPS (RFC 6797 §7.2). */
const strictTransport = { 'strict-transport-security': 'max-age=63072000; includeSubDomains' };

export function withSafeHeaders(
  listener: RequestListener,
  { origin }: Pick<Config, 'origin'>,
): RequestListener {
  const headers = Object.entries({ ...safeHeaders, ...(origin?.startsWith('https:') && strictTransport) });
  return (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    listener(request, response);
  };
}
