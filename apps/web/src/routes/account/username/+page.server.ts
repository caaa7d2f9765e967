import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { requireFresh } from '#server/rules.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => ({ current: requireFresh(event).user.username });

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const username = textOf(await readForm(request), 'username');
    const outcome = await attempt(locals.api.account.changeUsername.mutate({ username }));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, username });
    }
    redirect(303, '/account?username-changed');
  },
};
