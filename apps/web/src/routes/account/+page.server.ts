import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { hasMailbox } from '#server/mailbox.ts';
import { noticeIn } from '#server/notices.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  profile: await need(locals.api.account.profile.query()),
  notice: noticeIn(url, {
    'password-changed': 'Your password is changed, and every other device is signed out.',
    'email-asked': 'A mail with a link is on its way to the new address.',
    'email-sent': 'A mail with a link is on its way.',
    'email-kept': 'You keep the address that you have.',
    'email-verified': 'Your address is verified.',
  }),
  hasMailbox: await hasMailbox(locals.api),
});

export const actions: Actions = {
  verify: async ({ locals }) => {
    const { sent } = await need(locals.api.account.sendVerification.mutate());
    redirect(303, sent ? '/account?email-sent' : '/account');
  },

  keepAddress: async ({ locals }) => {
    await need(locals.api.account.cancelEmailChange.mutate());
    redirect(303, '/account?email-kept');
  },
};
