import { getSentence } from '@latchkey/api/client';
import { processConfig } from '@latchkey/config';
import { createLog, isCrossSite, type Log } from '@latchkey/http';
import { error, isHttpError, isRedirect, type RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { browserClient, forwardToApi, hasCredentials } from '#server/api-transport.ts';
import { need } from '#server/attempt.ts';
import type { Rule } from '#server/rules.ts';
import { access } from './access.ts';

/** Handles every request. The access rules of pages are in access.ts. */
export const handle: Handle = async ({ event, resolve }) => {
  const { request, url, locals } = event;
  locals.requestId = crypto.randomUUID();
  locals.me = null;
  locals.refused = null;

  if (url.pathname === '/healthz') return new Response('up\n');
  const browser = { request, address: event.getClientAddress(), requestId: locals.requestId };
  // The API does its own check for cross-site requests.
  if (isApiPath(url)) return forwardToApi(browser);
  if (isCrossSite(request, [url.origin])) error(403, getSentence('cross_site'));
  asPage(request);
  // The default action has no name: SvelteKit fails on a form that names it.
  if (request.method === 'POST' && url.searchParams.has('/default')) error(404, sentences[404]);

  const { api, setCookies } = await browserClient(browser);
  locals.api = api;
  if (hasCredentials(request)) locals.me = await need(api.auth.me.query());
  const response = (isProtected(event) && refusal(event, access(event.route.id))) || (await resolve(event));
  for (const setCookie of setCookies) response.headers.append('set-cookie', setCookie);
  return response;
};

const isApiPath = ({ pathname }: URL) => pathname.startsWith('/trpc/') || pathname === '/readyz';

/**
 * Applies the access rule of a page. A redirect and a refused form are returned as responses; in place of a refused page, the
 * layout renders the error page.
 */
function refusal(event: RequestEvent, rule: Rule): Response | null {
  try {
    rule(event);
    return null;
  } catch (reason) {
    if (isRedirect(reason)) {
      return new Response(null, { status: reason.status, headers: { location: reason.location } });
    }
    if (!isHttpError(reason)) throw reason;
    const { status, body } = reason;
    if (event.request.method !== 'GET') return new Response(`${body.message}\n`, { status });
    event.locals.refused = { status, message: body.message };
    return null;
  }
}

/** A page that does not exist has no rule, and OPTIONS is exempt, as in Flask-Login. */
const isProtected = (event: RequestEvent): event is RequestEvent & { route: { id: string } } =>
  event.route.id !== null && event.request.method !== 'OPTIONS';

/** A form is answered with a page or a redirect, unless SvelteKit's own client requests data. */
function asPage({ headers }: Request): void {
  if (!headers.has('x-sveltekit-action')) headers.set('accept', 'text/html');
}

/** The message of an error page. An unforeseen error is logged once; its page shows the id of the log entry. */
export const handleError: HandleServerError = ({ kind, error: reason, event }) => {
  if (kind === 'app') return reason;
  if (kind !== 'unknown') return { message: sentences[reason.status] ?? getSentence('invalid_request') };

  const { requestId } = event.locals;
  log().error({ err: reason, path: event.url.pathname, requestId }, 'unforeseen error');
  return { message: getSentence('unforeseen'), requestId };
};

const sentences: Record<number, string> & { 404: string } = {
  404: 'This page does not exist. Check the address.',
  405: 'This page does not accept this kind of request.',
  413: getSentence('too_large'),
};

// Created at the first use: the build also loads this file, without the environment of the site.
const log = () => (opened ??= createLog(processConfig().logLevel));
let opened: Log | undefined;
