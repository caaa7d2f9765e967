import { sentenceOf } from '@latchkey/api/client';
import { error } from '@sveltejs/kit';

/**
 * The form that a page was sent.
 * @throws the error page, 400 for a body that is no form and 413 for one that is too large
 */
export async function readForm(request: Request): Promise<FormData> {
  return request.formData().catch((reason: unknown) => {
    const isTooLarge = reason instanceof Error && 'status' in reason && reason.status === 413;
    error(
      isTooLarge ? 413 : 400,
      isTooLarge ? sentenceOf('too_large') : 'This form arrived damaged. Send it again.',
    );
  });
}

/** A text field; empty when it is missing, or is a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
