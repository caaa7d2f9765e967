import { need } from '#server/attempt.ts';
import { findNotice } from '#server/notices.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const notice = findNotice(url, {
    registered: 'Welcome! We sent you an e-mail with a link to verify your address.',
  });
  return {
    profile: await need(locals.api.account.profile.query()),
    notice,
    hasMailbox: notice !== null && (await need(locals.api.site.settings.query())).hasMailbox,
  };
};
