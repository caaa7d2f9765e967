import { error, redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ setHeaders }) => {
  setHeaders({ allow: 'POST' });
  error(405, 'To sign out, use the “Sign out” button.');
};

export const actions: Actions = {
  default: async ({ locals }) => {
    await need(locals.api.auth.logout.mutate());
    redirect(303, '/login?signed-out');
  },
};
