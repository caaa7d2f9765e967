import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { requireFresh } from '#server/rules.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const { email, isEmailVerified } = requireFresh(event).user;
  return { current: email, isNotified: isEmailVerified };
};

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const email = textOf(await readForm(request), 'email');
    const outcome = await attempt(locals.api.account.changeEmail.mutate({ email }));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, email });
    }
    redirect(303, '/account?email-change-requested');
  },
};
