import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { findNotice } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
  notice: findNotice(url, { 'deletion-cancelled': 'Your account will not be deleted.' }),
});

export const actions: Actions = {
  cancelDeletion: async ({ locals }) => {
    await need(locals.api.account.keep.mutate());
    redirect(303, '/account/data?deletion-cancelled');
  },
};
