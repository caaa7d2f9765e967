import { error, isHttpError, isRedirect, redirect, type RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import {
  isPublic,
  requireFresh,
  requireRole,
  requireUser,
  requiresFreshLogin,
  requiresLogin,
  requiresRole,
  rules,
  type Rule,
} from './rules.ts';

type Visitor = 'anonymous' | 'user' | 'fresh user' | 'admin' | 'fresh admin';

/** The parts of a request that a rule reads. */
function eventOf(visitor: Visitor, path = '/shop/cart?x=1'): RequestEvent {
  const session = { isFresh: visitor.startsWith('fresh') };
  const user = { username: 'sam', role: visitor.endsWith('admin') ? 'admin' : 'user' };
  const me = visitor === 'anonymous' ? null : { user, session };
  // The cast: rules read only these properties.
  return { url: new URL(path, 'http://site.example'), locals: { me } } as unknown as RequestEvent;
}

/** The redirect or error status that a check throws, or `allowed`. */
function outcome(check: () => unknown): string {
  try {
    check();
    return 'allowed';
  } catch (reason) {
    if (isRedirect(reason)) return `${reason.status} ${reason.location}`;
    if (isHttpError(reason)) return String(reason.status);
    throw reason;
  }
}

const applyRule = (rule: Rule, visitor: Visitor) =>
  outcome(() => {
    rule(eventOf(visitor));
  });

const login = '303 /login?next=%2Fshop%2Fcart%3Fx%3D1';
const confirm = '303 /confirm?next=%2Fshop%2Fcart%3Fx%3D1';

describe.each<[Visitor, string, string, string]>([
  ['anonymous', login, login, login],
  ['user', 'allowed', confirm, '403'],
  ['fresh user', 'allowed', 'allowed', '403'],
  ['admin', 'allowed', confirm, confirm],
  ['fresh admin', 'allowed', 'allowed', 'allowed'],
])('a request by the visitor %s', (visitor, forUsers, forFreshLogins, forAdmins) => {
  test('is checked by the rules of folders [T26]', () => {
    expect(applyRule(isPublic(), visitor)).toBe('allowed');
    expect(applyRule(requiresLogin(), visitor)).toBe(forUsers);
    expect(applyRule(requiresFreshLogin(), visitor)).toBe(forFreshLogins);
    expect(applyRule(requiresRole('admin'), visitor)).toBe(forAdmins);
  });

  test('is checked by the functions for load and actions [T26]', () => {
    expect(outcome(() => requireUser(eventOf(visitor)))).toBe(forUsers);
    expect(outcome(() => requireFresh(eventOf(visitor)))).toBe(forFreshLogins);
    expect(outcome(() => requireRole(eventOf(visitor), 'admin'))).toBe(forAdmins);
  });
});

test('requireUser returns the user', () => {
  expect(requireUser(eventOf('user')).user.username).toBe('sam');
});

describe('rules', () => {
  const access = rules({
    '/': requiresLogin(),
    '/(open)': isPublic(),
    '/shop': requiresFreshLogin(),
    '/shop/(open)': isPublic(),
  });

  test('apply by the longest matching folder', () => {
    expect(applyRule(access('/(open)/login'), 'anonymous')).toBe('allowed');
    expect(applyRule(access('/account'), 'anonymous')).toBe(login);
    expect(applyRule(access('/shop/(open)/list'), 'anonymous')).toBe('allowed');
    expect(applyRule(access('/shop/cart'), 'user')).toBe(confirm);
    expect(applyRule(access('/shopping'), 'user')).toBe('allowed');
  });

  test('protect a new folder like its parent [T26]', () => {
    expect(applyRule(access('/something/new'), 'anonymous')).toBe(login);
  });

  test('apply whatever groups and optional parameters are above a folder [T26]', () => {
    const routes = ['/(site)/shop', '/(site)/(new)/shop/cart', '/[[language]]/shop/cart', '/[...path]/shop'];
    for (const route of [...routes, '/(open)/shop/cart', '/shop/(list)/cart']) {
      expect(applyRule(access(route), 'user'), route).toBe(confirm);
    }
    expect(applyRule(access('/(site)/(open)/list'), 'anonymous')).toBe('allowed');
    expect(applyRule(access('/shopping/(open)/list'), 'anonymous')).toBe(login);
  });

  test('without a match are an error', () => {
    expect(() => rules({ '/shop': isPublic() })('/account')).toThrow('Add one for the folder /');
  });
});

test('a part of the site may have its own login and confirm pages [L8]', () => {
  const access = rules({
    '/': requiresLogin(),
    '/shop': requiresLogin({ loginPage: '/shop/login' }),
    '/shop/orders': requiresFreshLogin({ loginPage: '/shop/login', confirmPage: '/shop/confirm' }),
  });
  expect(applyRule(access('/account'), 'anonymous')).toBe(login);
  expect(applyRule(access('/shop/cart'), 'anonymous')).toBe('303 /shop/login?next=%2Fshop%2Fcart%3Fx%3D1');
  expect(applyRule(access('/shop/orders'), 'user')).toBe('303 /shop/confirm?next=%2Fshop%2Fcart%3Fx%3D1');
});

test('onRefused replaces the redirects [L7]', () => {
  const options = {
    onRefused: (_: RequestEvent, reason: string): never =>
      reason === 'login_required' ? redirect(302, '/sso/start') : error(401, 'Sign in again.'),
  };
  expect(outcome(() => requireUser(eventOf('anonymous'), options))).toBe('302 /sso/start');
  expect(outcome(() => requireFresh(eventOf('user'), options))).toBe('401');
});
