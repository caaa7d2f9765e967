import { sentenceOf } from '@latchkey/api/client';
import { error } from '@sveltejs/kit';

/**
 * Reads the form of a request.
 * @throws the error page, with 400 for a malformed body and 413 for one that is too large
 */
export async function readForm(request: Request): Promise<FormData> {
  return request.formData().catch((reason: unknown) => {
    const isTooLarge = reason instanceof Error && 'status' in reason && reason.status === 413;
    error(
      isTooLarge ? 413 : 400,
      isTooLarge ? sentenceOf('too_large') : 'The form could not be read. Send it again.',
    );
  });
}

/** A text field; empty if it is missing or a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
