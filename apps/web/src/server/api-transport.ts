import type { RunningApi, startEmbeddedApi as Start } from '@latchkey/api';
import { cookieStore, createClient, mayHaveArrived, refused, type ApiClient } from '@latchkey/api/client';
import { processConfig } from '@latchkey/config';
import { createLog, limitBody, requestIdHeader } from '@latchkey/http';
import { unknownAddress } from './client-address.ts';
import { outageWatch } from './api-outage.ts';

// Calls to the API: in this process, or over HTTP if API_URL is set. No other file depends on which.

/** A browser's request, with the address of the browser; null if it is not known. */
export type BrowserRequest = { request: Request; address: string | null; requestId: string };

/** The typed client on behalf of a browser, and the `Set-Cookie` values for it so far. */
export type BrowserClient = { api: ApiClient; setCookies: readonly string[] };

/** Creates the typed client for a browser's request. In this process, all calls of the request look up the session once. */
export async function browserClient(browser: BrowserRequest): Promise<BrowserClient> {
  const { apiUrl } = processConfig();
  if (apiUrl) return clientOverHttp(browser, apiUrl);
  const { client, setCookies } = (await getEmbeddedApi()).localClient(browser);
  return { api: client, setCookies };
}

/** Passes a browser's own request to the API. */
export async function forwardToApi({ request, address, requestId }: BrowserRequest): Promise<Response> {
  // The browser could forge this header.
  request.headers.delete('x-forwarded-for');
  request.headers.set(requestIdHeader, requestId);
  const { apiUrl } = processConfig();
  return apiUrl
    ? forwardOverHttp(request, apiUrl, address ?? unknownAddress)
    : (await getEmbeddedApi()).handle(request, address ?? unknownAddress);
}

/** Starts the API in this process, once. Has the parameters of `startApi`. @returns null if `API_URL` is set */
export async function startApiHere(
  ...[config, ...rest]: Parameters<typeof Start>
): Promise<RunningApi | null> {
  if (config.apiUrl) return null;
  const { startEmbeddedApi } = await import('@latchkey/api');
  return startEmbeddedApi(config, ...rest);
}

/** Whether a request can have a user: it has one of the site's cookies, or a key. Other requests need no call to the API. */
export const hasCredentials = ({ headers }: Request): boolean =>
  hasOwnCookie(headers.get('cookie') ?? '') || headers.has('authorization') || headers.has('x-api-key');

const hasOwnCookie = (cookies: string) =>
  ['session=', 'remember='].some((name) => cookies.includes(processConfig().cookiePrefix + name));

/** Imported only if the API runs in this process. */
const getEmbeddedApi = () => (loaded ??= import('@latchkey/api').then((module) => module.getEmbeddedApi()));
let loaded: Promise<RunningApi> | undefined;

/** Created at the first use: the build also loads this file, without the environment of the site. */
const watchApi: ReturnType<typeof outageWatch> = (...parameters) =>
  (watching ??= outageWatch(createLog(processConfig().logLevel), processConfig().apiUrl ?? ''))(
    ...parameters,
  );
let watching: ReturnType<typeof outageWatch> | undefined;

function clientOverHttp({ request, address, requestId }: BrowserRequest, apiUrl: string): BrowserClient {
  const setCookies: string[] = [];
  const cookies = cookieStore(request.headers.get('cookie') ?? '');
  const headers = {
    ...pick(request.headers, ['authorization', 'user-agent', 'x-api-key']),
    'x-forwarded-for': address ?? unknownAddress,
    [requestIdHeader]: requestId,
  };
  // One limit for all calls of the request. The API computes no hash for a browser that has closed its connection.
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), request.signal]);
  const api = createClient({
    url: apiUrl,
    headers: () => headers,
    fetch: (call) => watchApi(() => fetch(call, { signal }), request.signal),
    cookies: {
      header: () => cookies.header(),
      store(values) {
        setCookies.push(...values);
        cookies.store(values);
      },
    },
  });
  return { api, setCookies };
}

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  const values = names.map((name) => [name, headers.get(name)] as const);
  return Object.fromEntries(values.filter((pair): pair is [string, string] => pair[1] !== null));
}

async function forwardOverHttp(request: Request, apiUrl: string, address: string): Promise<Response> {
  const limited = await limitBody(request, maxBodyBytes).catch(() => 'incomplete' as const);
  if (limited === 'incomplete') return refused('invalid_request');
  if (!limited) return refused('too_large');
  limited.headers.set('x-forwarded-for', address);

  try {
    const forwarded = await toApi(limited, apiUrl);
    const { status, headers, body } = await watchApi(() => fetch(forwarded), request.signal);
    return new Response(body, { status, headers: withoutHopByHop(headers) });
  } catch (error) {
    // The process of the API is not running, is starting, or does not answer in time.
    return refused(mayHaveArrived(limited, error) ? 'outcome_unknown' : 'database_unavailable');
  }
}

/** More than the API accepts, so that the API answers 413 itself. */
const maxBodyBytes = 128 * 1024;

/** For all calls of a request together. A little longer than the API waits for its database. */
const timeoutMs = 9_500;

async function toApi({ url, method, headers, body, signal }: Request, apiUrl: string): Promise<Request> {
  const { pathname, search } = new URL(url);
  return new Request(new URL(pathname + search, apiUrl), {
    method,
    headers: withoutHopByHop(headers),
    body: body && (await new Response(body).arrayBuffer()),
    redirect: 'manual', // A redirect is passed on to the browser.
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]),
  });
}

function withoutHopByHop(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of hopByHop) kept.delete(name);
  return kept;
}

// RFC 9110 §7.6.1: these headers describe one connection, or the encoding of a body on it.
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
