import type { RequestEvent } from '@sveltejs/kit';

/** What is still the case when a form of these pages fails, by route. */
const stillTheCase: Record<string, string> = {
  '/(open)/logout': 'You are still signed in.',
  '/account/sessions': 'The devices are still signed in.',
};

/** Adds to the error of a form what has not changed, where a person would otherwise rely on it. */
export function withUnfinished(
  { request, route }: Pick<RequestEvent, 'request' | 'route'>,
  shown: App.Error,
): App.Error {
  const sentence = stillTheCase[route.id ?? ''];
  // 404: the session that was to end does not exist.
  if (request.method !== 'POST' || !sentence || shown.status === 404) return shown;
  return { ...shown, message: `${sentence} ${shown.message}` };
}
