import { need } from '#server/attempt.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { html, ...mail } = await need(locals.api.development.mail.query({ id: params.id }));
  return { mail: { ...mail, htmlLength: html.length } };
};
