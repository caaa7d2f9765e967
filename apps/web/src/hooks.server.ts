import { refused, sentenceOf } from '@latchkey/api/client';
import { readConfig } from '@latchkey/config';
import { createLog, isCrossSite, type Log } from '@latchkey/http';
import { error, redirect } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { apiFetch } from '#server/api-seam.ts';
import { need } from '#server/attempt.ts';
import { browserApi } from '#server/browser-api.ts';
import { loginPath } from '#server/next-path.ts';

/** Every request's way: closed unless the page is in the folder `(open)`. */
export const handle: Handle = async ({ event, resolve }) => {
  const { request, url, locals, route } = event;
  locals.requestId = crypto.randomUUID();
  locals.me = null;

  if (isCrossSite(request, [url.origin])) {
    if (belongsToApi(url)) return refused('cross_site');
    error(403, sentenceOf('cross_site'));
  }
  if (url.pathname === '/healthz') return new Response('up\n');
  if (belongsToApi(url)) return apiFetch(asOwn(request));
  asPage(request);

  const { api, setCookies } = browserApi(request, url);
  locals.api = api;
  // A browser without a session's cookie is nobody: no need to ask.
  if (request.headers.get('cookie')?.includes('latchkey_session='))
    locals.me = await need(api.auth.me.query());
  if (isClosed(route.id) && !locals.me) redirect(303, loginPath(url));

  const response = await resolve(event);
  for (const setCookie of setCookies) response.headers.append('set-cookie', setCookie);
  return response;
};

const belongsToApi = ({ pathname }: URL) => pathname.startsWith('/trpc/') || pathname === '/readyz';

/** A page that does not exist (`null`) has nothing to protect: it is a 404. */
const isClosed = (routeId: string | null) => routeId !== null && !/^\/\(open\)(\/|$)/.test(routeId);

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

const sentences: Record<number, string> = {
  404: 'There is no such page. The address may be mistyped, or the page has moved.',
  405: 'This page does not take what was sent to it.',
  413: sentenceOf('too_large'),
};

// Read when first needed: the build loads this file too, where the environment of the site does not hold.
const log = () => (opened ??= createLog(readConfig(process.env).logLevel));
let opened: Log | undefined;
