import type { RequestListener } from 'node:http';
import { allowedOrigins, readConfig, siteOrigin } from '@latchkey/config';
import { clientAddress, runServer, serve, type ClientAddress } from '@latchkey/http';
import { apiHere } from './api-seam.ts';
import { withSafeHeaders } from './safe-headers.ts';

/** What the pages are told by this server, and never by a request itself. */
const toldHeaders = {
  protocol: 'x-latchkey-protocol',
  host: 'x-latchkey-host',
  address: 'x-latchkey-address',
};

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
  const trusted = withTrustedOrigin(await pages(), allowedOrigins(config, serving.port));
  open(withSafeHeaders(withClientAddress(trusted, clientAddress(config.trustProxy)), config));

  process.stdout.write(`ready on ${siteOrigin(config, serving.port)}\n`);
  if (api?.hasDemoUsers) process.stdout.write('Sign in as susan with the password cat.\n');

  return async () => {
    await serving.stop();
    await api?.stop();
  };
});

/** The built pages. */
async function pages(): Promise<RequestListener> {
  process.env['PROTOCOL_HEADER'] = toldHeaders.protocol;
  process.env['HOST_HEADER'] = toldHeaders.host;
  process.env['ADDRESS_HEADER'] = toldHeaders.address;
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
    request.headers[toldHeaders.protocol] = origin.protocol.slice(0, -1);
    request.headers[toldHeaders.host] = origin.host;
    listener(request, response);
  };
}

/** Where a browser is: for the list of one's sessions, and for mails that tell of a change. */
function withClientAddress(listener: RequestListener, addressOf: ClientAddress): RequestListener {
  return (request, response) => {
    const forwardedFor = request.headers['x-forwarded-for'];
    const address = addressOf(request.socket.remoteAddress, [forwardedFor ?? []].flat().join(',') || null);
    request.headers[toldHeaders.address] = address ?? '0.0.0.0';
    listener(request, response);
  };
}
