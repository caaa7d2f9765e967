import type { RequestListener } from 'node:http';
import type { Config } from '@latchkey/config';

/** Headers of every response, files and errors included. The script policy of pages is in vite.config.ts. */
const safeHeaders = {
  'cache-control': 'no-store', // ASVS 5.0 §14.3.2: pages contain personal data. Built files set their own value.
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Two years, as the browsers' preload list requires; only over HTTPS (RFC 6797 §7.2). */
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
