import { refused } from '@latchkey/api/client';
import { readConfig, type Config } from '@latchkey/config';
import { limitBody } from '@latchkey/http';

/**
 * The one seam between pages and API. With `API_URL` unset the API answers in this very process; with it set, over HTTP.
 * Nothing else in the web application knows which of the two it is.
 * @param address where the browser is that this is about
 */
export async function apiFetch(request: Request, address: string): Promise<Response> {
  const config = readConfig(process.env);
  // Only we know where the browser is: what it says itself is not passed on.
  request.headers.delete('x-forwarded-for');
  if (config.apiUrl) return overHttp(request, config.apiUrl, address);
  return (await apiHere(config, config.port)).handle(request, address);
}

/** Starts the API in this process, or finds it started. Loaded only where it is used. */
export async function apiHere(config: Config, port: number) {
  const { embeddedApi } = await import('@latchkey/api');
  return embeddedApi(config, port);
}

async function overHttp(request: Request, apiUrl: string, address: string): Promise<Response> {
  const limited = await limitBody(request, longestBody).catch(() => null);
  limited?.headers.set('x-forwarded-for', address);
  if (!limited) return refused('too_large');

  try {
    const { status, headers, body } = await fetch(await toApi(limited, apiUrl));
    return new Response(body, { status, headers: withoutHopByHop(headers) });
  } catch {
    // The API's process is down, or on its way up: known, and over as soon as it answers again.
    return new Response('The API does not answer.\n', { status: 503, headers: { 'retry-after': '5' } });
  }
}

/** Above what the API itself takes, so that it is the API that says no. */
const longestBody = 128 * 1024;

/** How long the API may take, in milliseconds. */
const patienceMs = 15_000;

async function toApi({ url, method, headers, body }: Request, apiUrl: string): Promise<Request> {
  const { pathname, search } = new URL(url);
  return new Request(new URL(pathname + search, apiUrl), {
    method,
    headers: withoutHopByHop(headers),
    body: body && (await new Response(body).arrayBuffer()),
    redirect: 'manual', // A redirect is for whoever asked.
    signal: AbortSignal.timeout(patienceMs),
  });
}

function withoutHopByHop(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of hopByHop) kept.delete(name);
  return kept;
}

// RFC 9110 §7.6.1: these are about one connection and how a body travels on it, not about the request.
const hopByHop = [
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
];
