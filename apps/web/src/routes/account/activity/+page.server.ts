import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const before = url.searchParams.get('before')?.slice(0, 100) ?? undefined;
  return { activity: await need(locals.api.account.activity.query({ before })) };
};

export const actions: Actions = {
  dismissNotice: async ({ locals }) => {
    await need(locals.api.account.dismissTokenTheftNotice.mutate());
    redirect(303, '/account/activity');
  },
};
