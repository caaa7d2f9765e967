import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { findNotice } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  profile: await need(locals.api.account.profile.query()),
  notice: findNotice(url, {
    'username-changed': 'Your user name was changed.',
    'password-changed': 'Your password was changed, and all other devices were signed out.',
    'email-change-requested': 'We sent an e-mail with a confirmation link to the new address.',
    'link-sent': 'We sent you an e-mail with a new link.',
    'email-change-cancelled': 'Your e-mail address stays the same.',
    'email-verified': 'Your e-mail address is verified.',
  }),
  hasMailbox: (await need(locals.api.site.settings.query())).hasMailbox,
});

export const actions: Actions = {
  resendLink: async ({ locals }) => {
    const { sent } = await need(locals.api.account.sendVerification.mutate());
    redirect(303, sent ? '/account?link-sent' : '/account');
  },

  cancelEmailChange: async ({ locals }) => {
    await need(locals.api.account.cancelEmailChange.mutate());
    redirect(303, '/account?email-change-cancelled');
  },
};
