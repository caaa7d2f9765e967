import type { RequestListener } from 'node:http';
import { allowedOrigins, readConfig, siteOrigin } from '@latchkey/config';
import { runServer, serve } from '@latchkey/http';
import { apiHere } from './api-seam.ts';
import { withSafeHeaders } from './safe-headers.ts';

const originHeaders = { protocol: 'x-latchkey-protocol', host: 'x-latchkey-host' };

/** The site: pages and `/trpc` in one process, or the pages alone where `API_URL` is set. */
await runServer(async () => {
  const config = readConfig(process.env);

  // The port first: on a taken one, nothing else has happened yet. Whoever comes early waits for the rest.
  let open: (listener: RequestListener) => void = () => undefined;
  const opened = new Promise<RequestListener>((resolve) => (open = resolve));
  const serving = await serve(config, (request, response) => {
    void opened.then((listener) => {
      listener(request, response);
    });
  });

  const api = config.apiUrl ? null : await apiHere(config, serving.port);
  open(withSafeHeaders(withTrustedOrigin(await pages(), allowedOrigins(config, serving.port)), config));

  process.stdout.write(`ready on ${siteOrigin(config, serving.port)}\n`);
  if (api?.hasDemoUsers) process.stdout.write('Sign in as susan with the password cat.\n');

  return async () => {
    await serving.stop();
    await api?.stop();
  };
});

/** The built pages. */
async function pages(): Promise<RequestListener> {
  process.env['PROTOCOL_HEADER'] = originHeaders.protocol;
  process.env['HOST_HEADER'] = originHeaders.host;
  const built = new URL('../../build/handler.js', import.meta.url).href;
  const { handler } = (await import(built)) as { handler: RequestListener };
  return handler;
}

/**
 * A page's own origin is one of those allowed, and never just what a request says in its Host header
 * (OWASP Forgot Password cheat sheet: host header injection).
 */
function withTrustedOrigin(listener: RequestListener, allowed: readonly string[]): RequestListener {
  return (request, response) => {
    const origin = new URL(
      allowed.find((own) => new URL(own).host === request.headers.host) ?? allowed[0] ?? '',
    );
    request.headers[originHeaders.protocol] = origin.protocol.slice(0, -1);
    request.headers[originHeaders.host] = origin.host;
    listener(request, response);
  };
}
