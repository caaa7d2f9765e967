import { sentenceOf, type Me } from '@latchkey/api/client';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { confirmPath, loginPath } from './next-path.ts';

/** Somebody who is signed in, as pages know them. */
export type SignedInPerson = Me;

/** Lets a request through, or throws what it gets instead: a redirect, or an error page. */
export type Rule = (event: RequestEvent) => void;

export type RuleOptions = {
  /** Where people of this part of the site sign in. Twin of `login_view`, and of `blueprint_login_views`. */
  loginPage?: string;
  /** Where they enter their password once more. Twin of `refresh_view`. */
  confirmPage?: string;
  /** What happens instead of going to one of these. Twin of `unauthorized_handler`; throws `redirect` or `error`. */
  onRefused?: (
    event: RequestEvent,
    reason: 'login_required' | 'fresh_login_required' | 'not_allowed',
  ) => never;
};

/** Open to everyone, signed in or not. */
export const everyone = (): Rule => () => undefined;

/** Whoever is signed in. Twin of `@login_required` on a blueprint. */
export const signedIn =
  (options?: RuleOptions): Rule =>
  (event) =>
    void requireUser(event, options);

/** Whoever has entered their password lately. Twin of `@fresh_login_required`. */
export const freshly =
  (options?: RuleOptions): Rule =>
  (event) =>
    void requireFresh(event, options);

/** Whoever has one of these roles, and has entered their password lately. */
export const role =
  (...roles: [string, ...string[]]): Rule =>
  (event) =>
    void requireRole(event, ...roles);

/**
 * The person who is signed in, for a `load` function or a form action.
 * @throws the way to the login page, which leads back here
 */
export function requireUser(event: RequestEvent, options: RuleOptions = {}): SignedInPerson {
  const { me } = event.locals;
  if (me) return me;
  options.onRefused?.(event, 'login_required');
  redirect(303, loginPath(event.url, options.loginPage));
}

/**
 * The same, and they have entered their password lately.
 * @throws the way to the page that asks for it, which leads back here
 */
export function requireFresh(event: RequestEvent, options: RuleOptions = {}): SignedInPerson {
  const me = requireUser(event, options);
  if (me.session?.isFresh) return me;
  options.onRefused?.(event, 'fresh_login_required');
  redirect(303, confirmPath(event.url, options.confirmPage));
}

/**
 * The same, and they have one of these roles.
 * @throws the error page with 403 when they have not
 */
export function requireRole(event: RequestEvent, ...roles: string[]): SignedInPerson {
  const me = requireUser(event);
  if (!roles.includes(me.user.role)) error(403, sentenceOf('not_allowed'));
  return requireFresh(event);
}

/**
 * Rules by folders of routes.
 * @returns the rule of the longest folder that a route is in
 */
export function rules(byFolder: Record<`/${string}`, Rule>): (routeId: string) => Rule {
  const folders = Object.entries(byFolder).sort(([a], [b]) => b.length - a.length);
  return (routeId) => {
    const found = folders.find(
      ([folder]) => folder === '/' || routeId === folder || routeId.startsWith(`${folder}/`),
    );
    if (!found) throw new Error(`No rule says who may come to ${routeId}: give one for the folder /.`);
    return found[1];
  };
}
