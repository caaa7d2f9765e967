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
} from './rules.ts';

type Who = 'nobody' | 'user' | 'fresh user' | 'admin' | 'fresh admin';

/** As much of a request as a rule looks at. */
function eventOf(who: Who, path = '/shop/cart?x=1'): RequestEvent {
  const session = { isFresh: who.startsWith('fresh') };
  const user = { username: 'sam', role: who.endsWith('admin') ? 'admin' : 'user' };
  const me = who === 'nobody' ? null : { user, session };
  return { url: new URL(path, 'http://here.example'), locals: { me } } as unknown as RequestEvent;
}

/** Where somebody is sent, with which status they are refused, or that they may come in. */
function outcome(work: () => unknown): string {
  try {
    work();
    return 'in';
  } catch (reason) {
    if (isRedirect(reason)) return `${reason.status} ${reason.location}`;
    if (isHttpError(reason)) return String(reason.status);
    throw reason;
  }
}

const login = '303 /login?next=%2Fshop%2Fcart%3Fx%3D1';
const confirm = '303 /confirm?next=%2Fshop%2Fcart%3Fx%3D1';

test.each<[Who, string, string, string]>([
  ['nobody', login, login, login],
  ['user', 'in', confirm, '403'],
  ['fresh user', 'in', 'in', '403'],
  ['admin', 'in', confirm, confirm],
  ['fresh admin', 'in', 'in', 'in'],
])('threat 26: %s and a page for users, for fresh logins, for administrators', (who, user, fresh, admin) => {
  expect(outcome(() => requireUser(eventOf(who)))).toBe(user);
  expect(outcome(() => requireFresh(eventOf(who)))).toBe(fresh);
  expect(outcome(() => requireRole(eventOf(who), 'admin'))).toBe(admin);
  expect(
    outcome(() => {
      requiresLogin()(eventOf(who));
    }),
  ).toBe(user);
  expect(
    outcome(() => {
      requiresFreshLogin()(eventOf(who));
    }),
  ).toBe(fresh);
  expect(
    outcome(() => {
      requiresRole('admin')(eventOf(who));
    }),
  ).toBe(admin);
});

test('requireUser gives the person', () => {
  expect(requireUser(eventOf('user')).user.username).toBe('sam');
});

describe('rules', () => {
  const access = rules({
    '/': requiresLogin(),
    '/(open)': isPublic(),
    '/shop': requiresFreshLogin(),
    '/shop/(open)': isPublic(),
  });
  const asNobody = (routeId: string) =>
    outcome(() => {
      access(routeId)(eventOf('nobody'));
    });

  test('go by the longest folder that fits', () => {
    expect(asNobody('/(open)/login')).toBe('in');
    expect(asNobody('/account')).toBe(login);
    expect(asNobody('/shop/(open)/list')).toBe('in');
    expect(
      outcome(() => {
        access('/shop/cart')(eventOf('user'));
      }),
    ).toBe(confirm);
    expect(
      outcome(() => {
        access('/shopping')(eventOf('user'));
      }),
    ).toBe('in');
  });

  test('close what no line opens', () => {
    expect(asNobody('/something/new')).toBe(login);
    expect(() => rules({ '/shop': isPublic() })('/account')).toThrow('Add one for the folder /');
  });
});

test('L8: each part of a site may have its own login page, and its own page to confirm', () => {
  const access = rules({
    '/': requiresLogin(),
    '/shop': requiresLogin({ loginPage: '/shop/login' }),
    '/shop/orders': requiresFreshLogin({ loginPage: '/shop/login', confirmPage: '/shop/confirm' }),
  });
  const at = (routeId: string, who: Who) =>
    outcome(() => {
      access(routeId)(eventOf(who));
    });
  expect(at('/account', 'nobody')).toBe(login);
  expect(at('/shop/cart', 'nobody')).toBe('303 /shop/login?next=%2Fshop%2Fcart%3Fx%3D1');
  expect(at('/shop/orders', 'user')).toBe('303 /shop/confirm?next=%2Fshop%2Fcart%3Fx%3D1');
});

test('L7: a handler of one’s own replaces all that', () => {
  const options = {
    onRefused: (_: RequestEvent, reason: string): never =>
      reason === 'login_required' ? redirect(302, '/sso/start') : error(401, 'Once more, please.'),
  };
  expect(outcome(() => requireUser(eventOf('nobody'), options))).toBe('302 /sso/start');
  expect(outcome(() => requireFresh(eventOf('user'), options))).toBe('401');
});
