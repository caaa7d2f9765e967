import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { openLink } from '#server/link-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { email, username } = await openLink(event, event.params.token, ['undo_email_change']);
  return { email, username };
};

export const actions: Actions = {
  default: async ({ locals, params }) => {
    await need(locals.api.auth.undoEmailChange.mutate({ token: params.token }));
    redirect(303, '/forgot-password?email-change-undone');
  },
};
