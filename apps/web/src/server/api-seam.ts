import { readConfig, type Config } from '@latchkey/config';

/**
 * The one seam between pages and API. With `API_URL` unset the API answers in this very process; with it set, over HTTP.
 * Nothing else in the web application knows which of the two it is.
 */
export async function apiFetch(request: Request): Promise<Response> {
  const config = readConfig(process.env);
  if (config.apiUrl) return fetch(toApi(request, config.apiUrl)).catch(noAnswer);
  return (await apiHere(config, config.port)).handle(request);
}

/** Starts the API in this process, or finds it started. Loaded only where it is used. */
export async function apiHere(config: Config, port: number) {
  const { embeddedApi } = await import('@latchkey/api');
  return embeddedApi(config, port);
}

/** The API's process is down, or on its way up: known, and over as soon as it answers again. */
function noAnswer(): Response {
  return new Response('The API does not answer.\n', { status: 503, headers: { 'retry-after': '5' } });
}

function toApi(request: Request, apiUrl: string): Request {
  const { pathname, search } = new URL(request.url);
  // Not followed: a redirect is for whoever asked.
  return new Request(new URL(pathname + search, apiUrl), { ...initOf(request), redirect: 'manual' });
}

function initOf({ method, headers, body }: Request): RequestInit {
  const passedOn = new Headers(headers);
  for (const name of hopByHop) passedOn.delete(name);
  // The cast: TypeScript's RequestInit does not know `duplex`, which a streamed body needs (WHATWG Fetch).
  return { method, headers: passedOn, body, duplex: 'half' } as RequestInit;
}

// RFC 9110 §7.6.1: these are about one connection, not about the request.
const hopByHop = ['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length'];
