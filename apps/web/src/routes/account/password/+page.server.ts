import { fail, redirect } from '@sveltejs/kit';
import { attempt, need } from '#server/attempt.ts';
import { readForm } from '#server/form.ts';
import { readNewPassword } from '#server/new-password.ts';
import { requireFresh } from '#server/rules.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { username } = requireFresh(event).user;
  const { password } = await need(event.locals.api.site.settings.query());
  return { username, minLength: password.minLength };
};

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const entered = readNewPassword(await readForm(request));
    const outcome = await attempt(locals.api.account.changePassword.mutate(entered));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields });
    }
    redirect(303, '/account?password-changed');
  },
};
