import { getSentence } from '@latchkey/api/client';
import { error, fail, redirect } from '@sveltejs/kit';
import { attempt, need } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { readNewPassword } from '#server/new-password.ts';
import { parseNextPath } from '#server/next-path.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, request }) => {
  if (locals.me && request.method === 'GET') redirect(303, parseNextPath(url.searchParams.get('next')));
  const { registration, password } = await need(locals.api.site.settings.query());
  if (registration === 'closed') error(403, getSentence('registration_closed'));
  return { minLength: password.minLength };
};

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await readForm(request);
    const [username, email] = [textOf(form, 'username'), textOf(form, 'email')];
    const register = locals.api.auth.register.mutate({ username, email, ...readNewPassword(form) });
    const outcome = await attempt(register);
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, username, email });
    }

    if (!outcome.value.isSignedIn) redirect(303, '/login?verify-email');
    const next = parseNextPath(url.searchParams.get('next'));
    redirect(303, next === '/' ? '/?registered' : next);
  },
};
