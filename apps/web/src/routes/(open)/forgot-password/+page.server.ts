import { fail, redirect } from '@sveltejs/kit';
import { attempt, need } from '#server/attempt.ts';
import { readForm, textOf } from '#server/form.ts';
import { findNotice } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals }) => {
  const notice = findNotice(url, {
    sent: 'If an account uses this address, we sent it an e-mail with a link. The link expires in 30 minutes.',
    'email-change-undone':
      'Your old e-mail address was restored, and every device was signed out. Choose a new password now.',
  });
  const { hasMailbox } = await need(locals.api.site.settings.query());
  return { notice, hasMailbox };
};

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const email = textOf(await readForm(request), 'email');
    const outcome = await attempt(locals.api.auth.forgotPassword.mutate({ email }));
    if (!outcome.ok) {
      const { status, message, fields } = outcome.problem;
      return fail(status, { message, fields, email });
    }
    redirect(303, '/forgot-password?sent');
  },
};
