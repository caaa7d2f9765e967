import { need } from '#server/attempt.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
  profile: await need(locals.api.account.profile.query()),
});
