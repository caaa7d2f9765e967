import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { findNotice } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  deletionGraceMs: (await need(locals.api.site.settings.query())).deletionGraceMs,
  notice: findNotice(url, { 'deletion-cancelled': 'Your account will not be deleted.' }),
});

export const actions: Actions = {
  cancelDeletion: async ({ locals }) => {
    await need(locals.api.account.cancelDeletion.mutate());
    redirect(303, '/account/data?deletion-cancelled');
  },
};
