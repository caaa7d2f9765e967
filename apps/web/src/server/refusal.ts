import { error, isHttpError, isRedirect, type Redirect, type RequestEvent } from '@sveltejs/kit';
import { signInWithForm } from './kept-form/keep-form.ts';
import { renderPage } from './render-page.ts';
import { withUnfinished } from './unfinished.ts';

/**
 * Answers a request that was refused, without running code of its page.
 * @param reason a redirect or an error, as `redirect` and `error` throw them; others are thrown again
 */
export async function answerRefusal(event: RequestEvent, reason: unknown): Promise<Response> {
  // A browser that asks for permission follows no redirect, and shows no page (Fetch §4.8).
  if (event.request.method === 'OPTIONS') return new Response(null, { status: 204 });
  if (isRedirect(reason)) return redirectResponse(event, reason);
  if (isHttpError(reason)) return errorPage(event, reason.body);
  throw reason;
}

/** Answers with the error page; a request of SvelteKit's client, which shows the page itself, with data. */
export function errorPage(event: RequestEvent, error: App.Error): Response | Promise<Response> {
  const shown = withUnfinished(event, error);
  if (isActionAsData(event)) return Response.json({ type: 'error', error: shown }, { status: shown.status });
  if (isDataRequest(event)) return Response.json(shown, { status: shown.status });
  return renderPage(event, '/refused', { refused: shown });
}

/** A form with entries gets the sign-in page itself, which keeps them. */
async function redirectResponse(event: RequestEvent, { status, location }: Redirect): Promise<Response> {
  if (isActionAsData(event) || isDataRequest(event)) {
    return Response.json({ type: 'redirect', status, location });
  }
  const signIn = await signInWithForm(event, location);
  return signIn ?? new Response(null, { status, headers: { location } });
}

const isDataRequest = ({ isDataRequest, isRemoteRequest }: RequestEvent) => isDataRequest || isRemoteRequest;

const isActionAsData = ({ request }: RequestEvent) =>
  request.method === 'POST' && request.headers.has('x-sveltekit-action');

/** For the page that shows a refusal. It has no address of its own. @throws the error page */
export function throwRefusal({ locals: { refused } }: Pick<RequestEvent, 'locals'>): never {
  if (!refused) error(404, 'This page does not exist. Check the address.');
  const { status, message, ...more } = refused;
  error(status, message, more);
}
