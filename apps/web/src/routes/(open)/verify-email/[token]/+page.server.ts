import { redirect } from '@sveltejs/kit';
import { need } from '#server/attempt.ts';
import { openLink } from '#server/link-page.ts';
import type { Actions, PageServerLoad } from './$types';

// Opening the link changes nothing: mail scanners open links too. The form on the page does.
export const load: PageServerLoad = async (event) => {
  const { email, username, purpose } = await openLink(event, event.params.token, [
    'verify_email',
    'change_email',
  ]);
  return { email, username, isChange: purpose === 'change_email' };
};

export const actions: Actions = {
  default: async ({ locals, params }) => {
    await need(locals.api.auth.verifyEmail.mutate({ token: params.token }));
    // Changing the address signed out every other device, so this browser may be signed out.
    const isSignedIn = (await need(locals.api.auth.me.query())) !== null;
    redirect(303, isSignedIn ? '/account?email-verified' : '/login?email-verified');
  },
};
