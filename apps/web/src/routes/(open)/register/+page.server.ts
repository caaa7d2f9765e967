import { sentenceOf, type FieldProblems } from '@latchkey/api/client';
import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { pathOfThisSite } from '#server/next-path.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url, request }) => {
  if (locals.me && request.method === 'GET') redirect(303, pathOfThisSite(url.searchParams.get('next')));
};

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await readForm(request);
    const [username, email] = [textOf(form, 'username'), textOf(form, 'email')];
    const [password, password2] = [textOf(form, 'password'), textOf(form, 'password2')];

    if (password !== password2) {
      const fields: FieldProblems = { password2: 'The two passwords differ. Enter the same one twice.' };
      return fail(400, { message: sentenceOf('invalid_input'), fields, username, email });
    }

    const outcome = await attempt(locals.api.auth.register.mutate({ username, email, password }));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, username, email });
    }

    redirect(303, pathOfThisSite(url.searchParams.get('next')));
  },
};
