import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm } from '#server/form.ts';
import { openLink } from '#server/link-page.ts';
import { newPasswordIn } from '#server/new-password.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { username } = await openLink(event, event.params.token, ['reset_password']);
  return { username };
};

export const actions: Actions = {
  default: async ({ request, locals, params }) => {
    const { password, differ } = newPasswordIn(await readForm(request));
    if (differ) return fail(400, differ);

    const outcome = await attempt(locals.api.auth.resetPassword.mutate({ token: params.token, password }));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields });
    }
    redirect(303, '/login?password-reset');
  },
};
