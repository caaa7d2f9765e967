import { fail, redirect } from '@sveltejs/kit';
import { attempt, need } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { requireFresh } from '#server/rules.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { username } = requireFresh(event).user;
  const { deletionGraceMs } = await need(event.locals.api.site.settings.query());
  return { username, deletionGraceMs };
};

export const actions: Actions = {
  default: async (event) => {
    const { user } = requireFresh(event);
    const username = textOf(await readForm(event.request), 'username').trim();
    if (username !== user.username) {
      const problem = 'This is not your user name.';
      return fail(400, { message: 'Your account was not deleted.', fields: { username: problem }, username });
    }
    const outcome = await attempt(event.locals.api.account.delete.mutate());
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, username });
    }
    redirect(303, '/login?deleted');
  },
};
