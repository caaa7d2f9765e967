import { getSentence, type Reason } from '@latchkey/api/client';
import { expect, test } from 'vitest';
import { withUnfinished } from './unfinished.ts';

/** The message of the error page for a form of a route. */
function messageFor(routeId: string | null, reason: Reason, { status = 503, method = 'POST' } = {}): string {
  const request = new Request('http://localhost:3000/', { method });
  return withUnfinished({ request, route: { id: routeId } }, { status, message: getSentence(reason) })
    .message;
}

test.each<[string, string, Reason, number]>([
  ['/(open)/logout', 'You are still signed in.', 'database_unavailable', 503],
  ['/(open)/logout', 'You are still signed in.', 'unforeseen', 500],
  ['/(open)/logout', 'You are still signed in.', 'cross_site', 403],
  ['/(open)/logout', 'Assume that you are still signed in.', 'outcome_unknown', 503],
  ['/account/sessions', 'The devices are still signed in.', 'database_unavailable', 503],
  ['/account/sessions', 'Assume that the devices are still signed in.', 'outcome_unknown', 503],
])('a sign-out on %s that fails says "%s" for %s', (routeId, sentence, reason, status) => {
  expect(messageFor(routeId, reason, { status })).toBe(`${sentence} ${getSentence(reason)}`);
});

test.each<[string, string | null, Reason, { status?: number; method?: string }]>([
  ['other forms', '/(open)/login', 'database_unavailable', {}],
  ['an address without a page', null, 'database_unavailable', {}],
  ['opening a page', '/account/sessions', 'database_unavailable', { method: 'GET' }],
  ['a session that no longer exists', '/account/sessions', 'unknown_session', { status: 404 }],
])('the error of %s stays as it is', (_, routeId, reason, options) => {
  expect(messageFor(routeId, reason, options)).toBe(getSentence(reason));
});
