import { need } from '#server/attempt.ts';
import type { RequestHandler } from './$types';

/** Downloads everything that is stored about the signed-in user. */
export const GET: RequestHandler = async ({ locals }) => {
  const data = await need(locals.api.account.exportData.query());
  return new Response(`${JSON.stringify(data, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-data.json"',
    },
  });
};
