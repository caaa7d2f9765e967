import { fail, redirect } from '@sveltejs/kit';
import { attempt } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { noticeIn } from '#server/notices.ts';
import { pathOfThisSite } from '#server/next-path.ts';
import { messages } from '../../../access.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url, request }) => {
  if (locals.me && request.method === 'GET') redirect(303, pathOfThisSite(url.searchParams.get('next')));
  if (url.searchParams.has('next')) return { notice: messages.login };
  return {
    notice: noticeIn(url, {
      'signed-out': 'You have signed out.',
      'password-reset': 'Your new password is set. Sign in with it.',
      'email-verified': 'The address is verified. Sign in to go on.',
      deleted:
        'Your account will be deleted. Until then you can sign in and keep it: the mail says until when.',
    }),
  };
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
