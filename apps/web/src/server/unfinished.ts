import { getSentence } from '@latchkey/api/client';

/** What is still the case when a form of these pages fails, by route: surely, and if the outcome is not known. */
const stillTheCase: Record<string, readonly [surely: string, perhaps: string]> = {
  '/(open)/logout': ['You are still signed in.', 'Assume that you are still signed in.'],
  '/account/sessions': ['The devices are still signed in.', 'Assume that the devices are still signed in.'],
};

/** Adds to the error of a form what has not changed, where a person would otherwise rely on it. */
export function withUnfinished(
  { request, route }: { request: Request; route: { id: string | null } },
  shown: App.Error,
): App.Error {
  const sentences = stillTheCase[route.id ?? ''];
  // 404: the session that was to end does not exist.
  if (request.method !== 'POST' || !sentences || shown.status === 404) return shown;
  const [surely, perhaps] = sentences;
  const isUnknown = shown.message === getSentence('outcome_unknown');
  return { ...shown, message: `${isUnknown ? perhaps : surely} ${shown.message}` };
}
