import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { parseNextPath } from '#server/next-path.ts';
import { requireUser } from '#server/rules.ts';
import { messages } from '../../access.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const { user, session } = requireUser(event);
  const next = event.url.searchParams.get('next');
  if (session?.isFresh && event.request.method === 'GET') redirect(303, parseNextPath(next));
  return { username: user.username, notice: next === null ? null : messages.confirm };
};

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await readForm(request);
    const outcome = await attempt(locals.api.auth.confirm.mutate({ password: textOf(form, 'password') }));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields });
    }
    redirect(303, parseNextPath(url.searchParams.get('next')));
  },
};
