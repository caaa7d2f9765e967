import { need } from '#server/attempt.ts';
import type { RequestHandler } from './$types';

/** The HTML of an e-mail, shown in a frame of the mailbox. Only its own styles are allowed. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { html } = await need(locals.api.development.mail.query({ id: params.id }));
  return new Response(html.replace('<head>', '<head><base target="_top">'), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation",
      'x-frame-options': 'SAMEORIGIN',
    },
  });
};
