import type { ApiClient } from '@latchkey/api/client';
import { error, type RequestEvent } from '@sveltejs/kit';
import { attempt, fail } from './attempt.ts';

type Link = Awaited<ReturnType<ApiClient['auth']['checkLink']['mutate']>>;

/**
 * Checks the link of a page, without using it. The page's address is a secret: it is not sent as a referrer and not indexed.
 * @param token from the address
 * @throws the error page with 404, when the link is invalid or for another page
 */
export async function openLink(
  { locals, setHeaders }: Pick<RequestEvent, 'locals' | 'setHeaders'>,
  token: string,
  purposes: readonly Link['purpose'][],
): Promise<Link> {
  setHeaders({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' });
  const outcome = await attempt(locals.api.auth.checkLink.mutate({ token }));
  if (!outcome.ok) fail(outcome.problem, 404);
  if (!purposes.includes(outcome.value.purpose)) error(404, 'This link is for another page.');
  return outcome.value;
}
