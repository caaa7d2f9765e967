import { getSentence, type Me } from '@latchkey/api/client';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { confirmPath, loginPath } from './next-path.ts';

/** An access rule of pages: returns for an allowed request, and throws a redirect or an error page otherwise. */
export type Rule = (event: RequestEvent) => void;

export type RuleOptions = {
  /** The login page of this part of the site. Equivalent of Flask-Login's `login_view` and `blueprint_login_views`. */
  loginPage?: string;
  /** The page to confirm the password. Equivalent of `refresh_view`. */
  confirmPage?: string;
  /** Replaces the redirect; throws `redirect` or `error`. Equivalent of `unauthorized_handler`. */
  onRefused?: (event: RequestEvent, reason: 'login_required' | 'fresh_login_required') => never;
};

/** Open to everyone. */
export const isPublic = (): Rule => () => undefined;

/** For signed-in users. Equivalent of `@login_required` on a blueprint. */
export const requiresLogin =
  (options?: RuleOptions): Rule =>
  (event) =>
    void requireUser(event, options);

/** For users who have entered their password recently. Equivalent of `@fresh_login_required`. */
export const requiresFreshLogin =
  (options?: RuleOptions): Rule =>
  (event) =>
    void requireFresh(event, options);

/** For users with one of these roles and a fresh login. */
export const requiresRole =
  (...roles: [string, ...string[]]): Rule =>
  (event) =>
    void requireRole(event, ...roles);

/**
 * The signed-in user, for a `load` function or a form action.
 * @throws a redirect to the login page, which leads back to this page
 */
export function requireUser(event: RequestEvent, options: RuleOptions = {}): Me {
  const { me } = event.locals;
  if (me) return me;
  options.onRefused?.(event, 'login_required');
  redirect(303, loginPath(event.url, options.loginPage));
}

/**
 * The signed-in user, with a fresh login.
 * @throws a redirect to the page to confirm the password, which leads back to this page
 */
export function requireFresh(event: RequestEvent, options: RuleOptions = {}): Me {
  const me = requireUser(event, options);
  if (me.session?.isFresh) return me;
  options.onRefused?.(event, 'fresh_login_required');
  redirect(303, confirmPath(event.url, options.confirmPage));
}

/**
 * The signed-in user, with one of these roles and a fresh login.
 * @throws the error page with 403 for a user without such a role
 */
export function requireRole(event: RequestEvent, ...roles: string[]): Me {
  const me = requireUser(event);
  if (!roles.includes(me.user.role)) error(403, getSentence('not_allowed'));
  return requireFresh(event);
}

/**
 * Access rules by folder of routes.
 * @returns a function that finds the rule of a route: the one of the folder that is deepest in its address. Groups and optional
 * parameters above a folder do not matter, because the address is the same without them: the rule of `/admin` also applies to
 * `/(site)/admin` and `/[[language]]/admin`.
 */
export function rules(byFolder: Record<`/${string}`, Rule>): (routeId: string) => Rule {
  const folders = Object.entries(byFolder)
    .map(([folder, rule]) => ({ segments: segmentsOf(folder), rule }))
    .sort((a, b) => depthOf(b.segments) - depthOf(a.segments) || b.segments.length - a.segments.length);
  return (routeId) => {
    const route = segmentsOf(routeId);
    const found = folders.find(({ segments }) => contains(segments, route));
    if (!found) throw new Error(`No access rule for ${routeId}. Add one for the folder /.`);
    return found.rule;
  };
}

const segmentsOf = (routeId: string): string[] => routeId.split('/').filter(Boolean);

/** Whether a segment can be missing in the address: a group, an optional parameter, or a rest parameter. */
const canBeMissing = (segment: string): boolean => /^(\(.*\)|\[\[.*|\[\.\.\..*)$/.test(segment);

const depthOf = (segments: readonly string[]): number =>
  segments.filter((segment) => !canBeMissing(segment)).length;

/** Whether a route is in a folder. */
function contains(folder: readonly string[], route: readonly string[]): boolean {
  let matched = 0;
  for (const segment of route) {
    if (matched === folder.length) break;
    if (segment === folder[matched]) matched += 1;
    else if (!canBeMissing(segment)) return false;
  }
  return matched === folder.length;
}
