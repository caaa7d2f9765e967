import { getSentence } from '@latchkey/api/client';
import { limitBody } from '@latchkey/http';
import { error } from '@sveltejs/kit';
import { keptForms, readEntries } from './kept-form/kept-form.ts';

/** Below the limit of the API, which closes the connection when a request is too large, so that the next one fails. */
const maxBytes = 48 * 1024;

/**
 * Reads the form of a request. The entries of another form, which a sign-in page has kept, are remembered for the response.
 * @throws the error page, with 400 for a malformed body and 413 for one that is too large
 */
export async function readForm(request: Request): Promise<FormData> {
  const limited = await limitBody(request, maxBytes).catch((reason: unknown) => {
    // SvelteKit has a limit of its own.
    if (isTooLarge(reason)) return null;
    // The client has closed the connection, or sent malformed chunks.
    return unreadable();
  });
  if (!limited) error(413, getSentence('too_large'));
  const form = await limited.formData().catch(unreadable);
  const kept = readEntries(form);
  if (kept) keptForms.set(request, kept);
  return form;
}

const unreadable = () => error(400, 'The form could not be read. Send it again.');

const isTooLarge = (reason: unknown) =>
  reason instanceof Error && 'status' in reason && reason.status === 413;

/** A text field; empty if it is missing or a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
