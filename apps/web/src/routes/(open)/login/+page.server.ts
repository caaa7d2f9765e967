import { fail, redirect } from '@sveltejs/kit';
import { attempt, need } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { findNotice } from '#server/notices.ts';
import { parseNextPath } from '#server/next-path.ts';
import { messages } from '../../../access.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, request }) => {
  if (locals.me && request.method === 'GET') redirect(303, parseNextPath(url.searchParams.get('next')));
  if (url.searchParams.has('next')) return { notice: messages.login, hasMailbox: false };
  const hasMail = url.searchParams.has('verify-email');
  return {
    hasMailbox: hasMail && (await findHasMailbox(locals)),
    notice: findNotice(url, {
      'verify-email':
        'Your account was created. To sign in, first open the link in the e-mail that we have sent you.',
      'signed-out': 'You are signed out.',
      'password-reset': 'Your password was changed. Sign in with your new password.',
      'email-verified': 'Your e-mail address is verified. Sign in to continue.',
      deleted:
        'Your account is scheduled for deletion. To keep it, sign in before the date in the e-mail we sent you.',
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
      const { reason, status, message, fields } = outcome.problem;
      const hasMailbox = reason === 'email_not_verified' && (await findHasMailbox(locals));
      return fail(status, { message, fields, username, remember, hasMailbox });
    }

    redirect(303, parseNextPath(url.searchParams.get('next')));
  },
};

const findHasMailbox = async ({ api }: App.Locals) => (await need(api.site.settings.query())).hasMailbox;
