import { getSentence } from '@latchkey/api/client';
import { processConfig } from '@latchkey/config';
import { createLog, isCrossSite, type Log } from '@latchkey/http';
import { error, type RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { building } from '$app/env';
import { browserClient, forwardToApi, hasCredentials } from '#server/api-transport.ts';
import { need } from '#server/attempt.ts';
import { getAddress } from '#server/client-address.ts';
import { adaptPage, showFormAgain } from '#server/kept-form/keep-form.ts';
import { answerRefusal, errorPage } from '#server/refusal.ts';
import { continuesRequest } from '#server/render-page.ts';
import { withUnfinished } from '#server/unfinished.ts';
import { firstOfEach, otherAddressOf } from '#server/wrong-address.ts';
import { access } from './access.ts';

/** Handles every request. The access rules of pages are in access.ts. */
export const handle: Handle = async ({ event, resolve }) => {
  const { request, url, locals } = event;
  if (continuesRequest(event)) return answer(event, resolve);

  locals.requestId = crypto.randomUUID();
  locals.me = null;
  locals.refused = null;
  locals.keeping = null;
  if (building) return prerender(event, resolve);
  if (isRemoteCall(event)) return errorPage(event, { status: 404, message: sentences[404] });
  if (url.pathname === '/healthz') return new Response('up\n');
  const browser = { request, address: getAddress(event), requestId: locals.requestId };
  // The API does its own check for cross-site requests.
  if (isApiPath(url)) return forwardToApi(browser);
  if (isCrossSite(request, [url.origin, ...configuredOrigins()]))
    return errorPage(event, crossSiteError(event));
  asPage(request);
  // The default action has no name: SvelteKit fails on a form that names it.
  if (request.method === 'POST' && url.searchParams.has('/default')) {
    return errorPage(event, { status: 404, message: sentences[404] });
  }

  const { api, setCookies } = await browserClient(browser);
  locals.api = api;
  const response = await showFormAgain(event, await identifyAndAnswer(event, resolve));
  for (const setCookie of setCookies) response.headers.append('set-cookie', setCookie);
  return response;
};

async function identifyAndAnswer(event: RequestEvent, resolve: Resolve): Promise<Response> {
  const { request, locals } = event;
  try {
    if (hasCredentials(request)) locals.me = await need(locals.api.auth.me.query());
  } catch (reason) {
    return answerRefusal(event, reason);
  }
  return answer(event, resolve);
}

/** Runs the page if its access rule allows it. For a refused request, whatever its kind, no code of the page runs. */
async function answer(event: RequestEvent, resolve: Resolve): Promise<Response> {
  try {
    // A page that does not exist has no rule.
    if (event.route.id !== null) access(event.route.id)(event);
  } catch (reason) {
    return answerRefusal(event, reason);
  }
  const response = await resolve(event, { transformPageChunk: ({ html }) => adaptPage(event, html) });
  return isWrongMethod(response) ? wrongMethodPage(event, response) : response;
}

/** SvelteKit answers a method that a page or endpoint does not have with one line of text. */
const isWrongMethod = ({ status, headers }: Response) =>
  status === 405 && headers.has('allow') && !headers.get('content-type')?.startsWith('text/html');

async function wrongMethodPage(event: RequestEvent, { headers }: Response): Promise<Response> {
  const page = await errorPage(event, { status: 405, message: sentences[405] });
  page.headers.set('allow', headers.get('allow') ?? 'GET');
  return page;
}

type Resolve = Parameters<Handle>[0]['resolve'];

/** A prerendered page is a file, for which no rule is applied: the build fails for a closed page. */
function prerender(event: RequestEvent, resolve: Resolve): Promise<Response> {
  try {
    if (event.route.id !== null) access(event.route.id)(event);
  } catch {
    process.stderr.write(`${event.url.pathname} is closed by access.ts, so it cannot be prerendered.\n`);
    error(403, getSentence('not_allowed'));
  }
  return resolve(event);
}

function configuredOrigins(): string[] {
  const { origin, allowedOrigins } = processConfig();
  return [...(origin === null ? [] : [origin]), ...allowedOrigins];
}

/** A form from another site. If it is from another address of this site, the page shows the right one. */
function crossSiteError({ request, url }: RequestEvent): App.Error {
  const other = otherAddressOf(request);
  if (!other) return { status: 403, message: getSentence('cross_site') };
  const siteAddress = processConfig().origin ?? url.origin;
  if (isFirst(other)) {
    log().warn(
      { origin: other, ORIGIN: siteAddress },
      'forms from this address are refused: it is not ORIGIN',
    );
  }
  const message = `This form was sent from ${other}, which is not the address of this site, so it was refused.`;
  return { status: 403, message, siteAddress };
}

const isFirst = firstOfEach();

/**
 * A remote function has no folder, and so no access rule: it could be called from every page. They are refused. The pages call
 * procedures, which have their own rules.
 */
const isRemoteCall = ({ isRemoteRequest, url }: RequestEvent) =>
  isRemoteRequest || url.searchParams.has('/remote');

const isApiPath = ({ pathname }: URL) => pathname.startsWith('/trpc/') || pathname === '/readyz';

/** A form is answered with a page or a redirect, unless SvelteKit's own client requests data. */
function asPage({ headers }: Request): void {
  if (!headers.has('x-sveltekit-action')) headers.set('accept', 'text/html');
}

/** The message of an error page. An unforeseen error is logged once; its page shows the id of the log entry. */
export const handleError: HandleServerError = ({ kind, error: reason, event }) => {
  if (kind === 'app') return withUnfinished(event, reason);
  if (kind !== 'unknown') return { message: sentences[reason.status] ?? getSentence('invalid_request') };

  const { requestId } = event.locals;
  if (event.request.signal.aborted) {
    log().debug({ err: reason, path: event.url.pathname, requestId }, 'the client closed the connection');
    return { message: getSentence('unforeseen'), requestId };
  }
  log().error({ err: reason, path: event.url.pathname, requestId }, 'unforeseen error');
  return { message: getSentence('unforeseen'), requestId };
};

const sentences: Record<number, string> & { 404: string; 405: string } = {
  404: 'This page does not exist. Check the address.',
  405: 'This page does not accept this kind of request.',
  413: getSentence('too_large'),
};

// Created at the first use: the build also loads this file, without the environment of the site.
const log = () => (opened ??= createLog(processConfig().logLevel));
let opened: Log | undefined;
