import { error } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const outcome = await attempt(locals.api.development.mails.query());
  if (!outcome.ok) error(404, 'The development mailbox is not available on this site.');
  return { mails: outcome.value };
};
