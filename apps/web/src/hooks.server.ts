import { refused, sentenceOf } from '@latchkey/api/client';
import { readConfig } from '@latchkey/config';
import { createLog, isCrossSite, type Log } from '@latchkey/http';
import { error, isHttpError, isRedirect, type RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { apiFetch } from '#server/api-seam.ts';
import { need } from '#server/attempt.ts';
import { browserApi } from '#server/browser-api.ts';
import type { Rule } from '#server/rules.ts';
import { access } from './access.ts';

/** Every request's way. Who may come to which page is said in access.ts. */
export const handle: Handle = async ({ event, resolve }) => {
  const { request, url, locals } = event;
  locals.requestId = crypto.randomUUID();
  locals.me = null;
  locals.refused = null;

  if (isCrossSite(request, [url.origin])) {
    if (belongsToApi(url)) return refused('cross_site');
    error(403, sentenceOf('cross_site'));
  }
  if (url.pathname === '/healthz') return new Response('up\n');
  const address = event.getClientAddress();
  if (belongsToApi(url)) return apiFetch(asOwn(request), address);
  asPage(request);
  // SvelteKit takes a form for the action that has no name, and throws at one that asks for it by name.
  if (request.method === 'POST' && url.searchParams.has('/default')) error(404, sentences[404]);

  const { api, setCookies } = browserApi(request, url, address);
  locals.api = api;
  if (mayBeSomebody(request)) locals.me = await need(api.auth.me.query());
  const response = (isAsking(event) && refusal(event, access(event.route.id))) || (await resolve(event));
  for (const setCookie of setCookies) response.headers.append('set-cookie', setCookie);
  return response;
};

const belongsToApi = ({ pathname }: URL) => pathname.startsWith('/trpc/') || pathname === '/readyz';

/**
 * Asks whether somebody may come to a page. The way elsewhere, and a no to a form, are answers of their own; a no to a
 * page is said by the error page in its place, which the layout shows.
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

/** A page that does not exist has nothing to protect, and neither has the question what a page would take. */
const isAsking = (event: RequestEvent): event is RequestEvent & { route: { id: string } } =>
  event.route.id !== null && event.request.method !== 'OPTIONS';

/** A browser without one of our cookies, and a program without a key, are nobody: no need to ask. */
const mayBeSomebody = ({ headers }: Request) =>
  /latchkey_(session|remember)=/.test(headers.get('cookie') ?? '') ||
  headers.has('authorization') ||
  headers.has('x-api-key');

/** The check for other sites is done; what the API gets comes from the site itself. */
function asOwn(request: Request): Request {
  const own = new Request(request);
  own.headers.delete('origin');
  own.headers.delete('sec-fetch-site');
  return own;
}

/** A posted form is answered with a page, or a redirect to one, unless SvelteKit's own client asks for data. */
function asPage({ headers }: Request): void {
  if (!headers.has('x-sveltekit-action')) headers.set('accept', 'text/html');
}

/**
 * What the person is told when there is no page. What nobody foresaw is whole in the log, once;
 * the person gets a sentence, and the id under which the log has it.
 */
export const handleError: HandleServerError = ({ kind, error: reason, event }) => {
  if (kind === 'app') return reason;
  if (kind !== 'unknown') return { message: sentences[reason.status] ?? sentenceOf('invalid_request') };

  const { requestId } = event.locals;
  log().error({ err: reason, path: event.url.pathname, requestId }, 'unforeseen error');
  return { message: sentenceOf('unforeseen'), requestId };
};

const sentences: Record<number, string> & { 404: string } = {
  404: 'There is no such page. The address may be mistyped, or the page has moved.',
  405: 'This page does not take what was sent to it.',
  413: sentenceOf('too_large'),
};

// Read when first needed: the build loads this file too, where the environment of the site does not hold.
const log = () => (opened ??= createLog(readConfig(process.env).logLevel));
let opened: Log | undefined;
