import { expect, test } from 'vitest';
import { createSessionCookies } from './session-cookies.ts';

const now = new Date('2026-01-01T00:00:00Z');
const inOneMonth = new Date('2026-01-31T00:00:00Z');
const plain = createSessionCookies({ isSecure: false });

test('the session cookie has no expiry [T12]', () => {
  expect(plain.write({ session: 's_token' }, now)).toEqual([
    'latchkey_session=s_token; HttpOnly; Path=/; SameSite=Lax',
  ]);
});

test('the remember cookie lasts as long as the browser is remembered', () => {
  const [cookie] = plain.write({ remember: { token: 'r_token', expiresAt: inOneMonth } }, now);
  expect(cookie).toBe(`latchkey_remember=r_token; HttpOnly; Max-Age=${30 * 86_400}; Path=/; SameSite=Lax`);
});

test('over HTTPS the cookies are Secure and have the __Host- prefix [T12]', () => {
  const secure = createSessionCookies({ isSecure: true });
  const written = secure.write({ session: 's', remember: { token: 'r', expiresAt: inOneMonth } }, now);
  expect(written).toHaveLength(2);
  for (const cookie of written) {
    expect(cookie).toMatch(/^__Host-latchkey_(session|remember)=/);
    expect(cookie).toContain('; Secure');
    expect(cookie).toContain('Path=/');
    expect(cookie).not.toContain('Domain');
  }
});

test('sites with different prefixes do not read each other’s cookies', () => {
  const shop = createSessionCookies({ isSecure: false, prefix: 'shop_' });
  const header = 'latchkey_session=s_a; shop_session=s_b; shop_remember=r_b';
  expect(shop.read(header)).toEqual({ session: 's_b', remember: 'r_b' });
  expect(plain.read(header)).toEqual({ session: 's_a', remember: null });
  expect(shop.write({ session: null }, now).join()).toMatch(/^shop_session=;/);
});

test('a prefix comes after __Host- [T12]', () => {
  const { names } = createSessionCookies({ isSecure: true, prefix: 'shop_' });
  expect(names).toEqual({ session: '__Host-shop_session', remember: '__Host-shop_remember' });
});

test('null deletes a cookie, and undefined leaves it', () => {
  expect(plain.write({}, now)).toEqual([]);
  expect(plain.write({ session: null, remember: null }, now)).toEqual([
    'latchkey_session=; HttpOnly; Max-Age=0; Path=/; SameSite=Lax',
    'latchkey_remember=; HttpOnly; Max-Age=0; Path=/; SameSite=Lax',
  ]);
});

test.each([
  [null, null, null],
  ['', null, null],
  ['other=1; latchkey_session=s_a; latchkey_remember=r_b', 's_a', 'r_b'],
  ['latchkey_session=s_a=b', 's_a=b', null],
  ['latchkey_session=first; latchkey_session=second', 'first', null],
  ['latchkey_session', '', null],
  ['=;;; =x', null, null],
  ['xlatchkey_session=s_a', null, null],
])('the Cookie header %j has the session %j and the remember token %j', (header, session, remember) => {
  expect(plain.read(header)).toEqual({ session, remember });
});
