import type { RequestEvent } from '@sveltejs/kit';
import { need } from '../attempt.ts';
import { readForm } from '../form.ts';
import { parseNextPath } from '../next-path.ts';
import { renderPage } from '../render-page.ts';
import { keepEntries, keptForms, type KeptForm } from './kept-form.ts';
import { addEntries, fillForm, markForms } from './page-forms.ts';

// A form that needs a login, or a fresh one, is shown again after signing in, with what was entered. Until then, the entries are in
// a hidden field of the sign-in page, so that nothing is stored, and no address contains them (docs/decisions/0016).

/** Where a kept form is: in the sign-in page, or shown again. */
export type Keeping = { stage: 'sign-in' | 'again'; form: KeptForm; isShown: boolean };

/**
 * Answers a form that was refused with the sign-in page, which keeps the entries.
 * @param location the path of the sign-in page
 * @returns null if there is nothing to keep
 */
export async function signInWithForm(event: RequestEvent, location: string): Promise<Response | null> {
  const { request, locals } = event;
  if (request.method !== 'POST' || !/^\/(?!\/)/.test(location)) return null;
  const form = await readForm(request).then(keepEntries, () => null);
  if (!form) return null;

  const page = await renderPage(event, location, { keeping: { stage: 'sign-in', form, isShown: false } });
  if (page.status !== 200) return null;
  return withAddress(page, location, locals.me ? 403 : 401);
}

/**
 * After signing in, answers with the form that the sign-in page has kept, if this user had filled it.
 * @param response of the sign-in page
 */
export async function showFormAgain(event: RequestEvent, response: Response): Promise<Response> {
  const form = response.status === 303 ? keptForms.get(event.request) : null;
  if (!form) return response;

  const me = await need(event.locals.api.auth.me.query()).catch(() => null);
  const keeping: Keeping = { stage: 'again', form, isShown: false };
  const path = parseNextPath(form.page);
  const page = me && (await renderPage(event, path, { me, keeping }));
  return page?.status === 200 && keeping.isShown ? withAddress(page, path, 200) : response;
}

/** The kept form that a page is about. */
export function keepingOf({ request, locals }: Pick<RequestEvent, 'request' | 'locals'>): Keeping | null {
  if (locals.keeping) return locals.keeping;
  const form = keptForms.get(request);
  return form ? { stage: 'sign-in', form, isShown: false } : null;
}

/** Adapts the HTML of a page: adds marks to its forms, or what was kept. */
export function adaptPage(event: RequestEvent, html: string): string {
  const { url, locals } = event;
  const keeping = keepingOf(event);
  if (keeping?.stage === 'sign-in') return addEntries(html, url, keeping.form);
  if (!locals.me) return html;
  const filled = keeping && fillForm(html, locals.me.user.id, url, keeping.form);
  if (filled) keeping.isShown = true;
  return filled ?? markForms(html, locals.me.user.id, url);
}

/** Names the address of the page that the body shows, for forms.js. */
function withAddress(page: Response, path: string, status: number): Response {
  const headers = new Headers(page.headers);
  headers.set('content-location', path);
  return new Response(page.body, { status, headers });
}
