import { error, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { openLink } from '#server/link-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { email, username } = await openLink(event, event.params.token, ['undo_email_change']);
  return { email, username };
};

export const actions: Actions = {
  default: async ({ locals, params }) => {
    const outcome = await attempt(locals.api.auth.undoEmailChange.mutate({ token: params.token }));
    if (!outcome.ok) error(outcome.problem.status, outcome.problem.message);
    redirect(303, '/forgot-password?email-change-undone');
  },
};
