import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestEvent } from '@sveltejs/kit';

// Answers a request with another page of the site, without running code of the page that was requested.

type Continued = { locals: App.Locals; isTaken: boolean };
const continued = new AsyncLocalStorage<Continued>();

/**
 * Renders a page for the user of a request. The page is requested inside the process, so its own access rule applies.
 * @param locals what the page gets in addition to the locals of the request
 */
export function renderPage(
  { fetch, locals }: RequestEvent,
  path: string,
  more: Partial<App.Locals> = {},
): Promise<Response> {
  return continued.run({ locals: { ...locals, ...more }, isTaken: false }, () =>
    fetch(path, { headers: { accept: 'text/html' } }),
  );
}

/** Whether a request is the one that `renderPage` has made. It then has the locals of the browser's request. */
export function continuesRequest({ locals }: RequestEvent): boolean {
  const request = continued.getStore();
  if (!request || request.isTaken) return false;
  // Requests of the page's own `load` functions have the same store.
  request.isTaken = true;
  Object.assign(locals, request.locals);
  return true;
}
