import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { noticeIn } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
  notice: noticeIn(url, { kept: 'Your account stays. Nothing will be deleted.' }),
});

export const actions: Actions = {
  keep: async ({ locals }) => {
    await need(locals.api.account.keep.mutate());
    redirect(303, '/account/data?kept');
  },
};
