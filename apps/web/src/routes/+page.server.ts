import { need } from '#server/attempt.ts';
import { noticeIn } from '#server/notices.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
  profile: await need(locals.api.account.profile.query()),
  notice: noticeIn(url, { registered: 'Welcome! A mail with a link to verify your address is on its way.' }),
});
