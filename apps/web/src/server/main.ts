import type { RequestListener } from 'node:http';
import { allowedOrigins, listeningAddress, processConfig, siteOrigin } from '@latchkey/config';
import { clientAddress, runServer, serve, stopGracefully, type ClientAddress } from '@latchkey/http';
import { unknownAddress } from './client-address.ts';
import { startApiHere } from './api-transport.ts';
import { withRetryAfter } from './retry-after.ts';
import { withSafeHeaders } from './safe-headers.ts';

/** Headers from this server to the built pages. Values that the client sends are replaced. */
const internalHeaders = {
  protocol: 'x-latchkey-protocol',
  host: 'x-latchkey-host',
  address: 'x-latchkey-address',
};

/** The site: pages and API in one process, or the pages alone where `API_URL` is set. */
await runServer(async () => {
  const config = processConfig();

  // Listens first, so that a port in use is reported before the database is opened. Early requests wait for the start.
  const started = Promise.withResolvers<RequestListener>();
  const serving = await serve(config, (request, response) => {
    void started.promise.then((listener) => {
      listener(request, response);
    });
  });

  const api = await startApiHere(config, serving.port);
  const trusted = withTrustedOrigin(await builtPages(), allowedOrigins(config, serving.port));
  const addressed = withClientAddress(trusted, clientAddress(config.trustProxy));
  started.resolve(withSafeHeaders(withRetryAfter(addressed), config));

  if (config.origin !== null)
    process.stdout.write(`listening on ${listeningAddress(config, serving.port)}\n`);
  process.stdout.write(`ready on ${siteOrigin(config, serving.port)}\n`);
  if (api?.hasDemoUsers) process.stdout.write('Sign in as susan with the password cat.\n');

  return () => stopGracefully(serving, async () => api?.stop());
});

async function builtPages(): Promise<RequestListener> {
  process.env['PROTOCOL_HEADER'] = internalHeaders.protocol;
  process.env['HOST_HEADER'] = internalHeaders.host;
  process.env['ADDRESS_HEADER'] = internalHeaders.address;
  // A port from a header of the client would replace the one of the origin.
  process.env['PORT_HEADER'] = '';
  const built = new URL('../../build/handler.js', import.meta.url).href;
  const { handler } = (await import(built)) as { handler: RequestListener };
  return handler;
}

/**
 * Sets the origin of a page to an allowed one: the Host header of a request is not trusted (OWASP Forgot Password cheat sheet,
 * host header injection).
 */
function withTrustedOrigin(listener: RequestListener, allowed: readonly string[]): RequestListener {
  const origins = allowed.map((origin) => new URL(origin));
  return (request, response) => {
    const origin = origins.find((one) => hasHost(one, request.headers.host)) ?? origins[0];
    request.headers[internalHeaders.protocol] = origin?.protocol.slice(0, -1);
    request.headers[internalHeaders.host] = origin?.host;
    listener(request, response);
  };
}

/** Whether a Host header names the host of an origin: in any case, and with the default port or without it. */
function hasHost({ protocol, host }: URL, header = ''): boolean {
  return URL.parse(`${protocol}//${header}`)?.host === host;
}

/** Sets the client's address, for the list of sessions and for mails that report a change. */
function withClientAddress(listener: RequestListener, addressOf: ClientAddress): RequestListener {
  return (request, response) => {
    const forwardedFor = request.headers['x-forwarded-for'];
    const address = addressOf(request.socket.remoteAddress, [forwardedFor ?? []].flat().join(',') || null);
    request.headers[internalHeaders.address] = address ?? unknownAddress;
    listener(request, response);
  };
}
