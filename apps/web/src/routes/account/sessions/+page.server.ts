import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { findNotice } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  devices: await need(locals.api.account.sessions.list.query()),
  notice: findNotice(url, {
    'signed-out': 'The device was signed out.',
    'others-signed-out': 'All other devices were signed out.',
  }),
});

export const actions: Actions = {
  revoke: async ({ request, locals }) => {
    const id = textOf(await readForm(request), 'id');
    await need(locals.api.account.sessions.revoke.mutate({ id }));
    redirect(303, '/account/sessions?signed-out');
  },

  revokeOthers: async ({ locals }) => {
    await need(locals.api.account.sessions.revokeOthers.mutate());
    redirect(303, '/account/sessions?others-signed-out');
  },
};
