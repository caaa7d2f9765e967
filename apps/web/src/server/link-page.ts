import type { ApiClient } from '@latchkey/api/client';
import { error, type RequestEvent } from '@sveltejs/kit';
import { attempt } from './attempt.ts';

type Link = Awaited<ReturnType<ApiClient['auth']['checkLink']['mutate']>>;

/**
 * What the link of this page is good for. Its address is a secret: no other site gets to see it as a referrer, and no
 * search engine keeps it.
 * @param token as it stands in the address
 * @throws the error page with 404, when it is good for nothing, or for another page
 */
export async function openLink(
  { locals, setHeaders }: Pick<RequestEvent, 'locals' | 'setHeaders'>,
  token: string,
  purposes: readonly Link['purpose'][],
): Promise<Link> {
  setHeaders({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' });
  const outcome = await attempt(locals.api.auth.checkLink.mutate({ token }));
  if (!outcome.ok) error(404, outcome.problem.message);
  if (!purposes.includes(outcome.value.purpose)) error(404, 'This link is for something else.');
  return outcome.value;
}
