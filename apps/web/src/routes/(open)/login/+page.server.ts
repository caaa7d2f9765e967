import { sentenceOf } from '@latchkey/api/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { pathOfThisSite } from '#server/next-path.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url, request }) => {
  if (locals.me && request.method === 'GET') redirect(303, pathOfThisSite(url.searchParams.get('next')));
  if (url.searchParams.has('next')) return { notice: sentenceOf('login_required') };
  return { notice: url.searchParams.has('signed-out') ? 'You have signed out.' : null };
};

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await readForm(request);
    const username = textOf(form, 'username');
    const remember = form.has('remember');

    const login = locals.api.auth.login.mutate({ username, password: textOf(form, 'password'), remember });
    const outcome = await attempt(login);
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, username, remember });
    }

    redirect(303, pathOfThisSite(url.searchParams.get('next')));
  },
};
