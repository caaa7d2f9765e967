import { expect, test } from 'vitest';
import type { Session } from './session.ts';
import { sessionCookie } from './session-cookie.ts';

const now = new Date('2026-01-01T00:00:00Z');
const session: Session = {
  id: 'hash',
  userId: '1',
  createdAt: now,
  expiresAt: new Date('2026-01-31T00:00:00Z'),
  isRemembered: false,
};

test('without remember me the cookie ends with the browser', () => {
  expect(sessionCookie({ isSecure: false }).write('s_token', session, now)).toBe(
    'latchkey_session=s_token; HttpOnly; Path=/; SameSite=Lax',
  );
});

test('with remember me the cookie lives as long as the session', () => {
  const written = sessionCookie({ isSecure: false }).write(
    'r_token',
    { ...session, isRemembered: true },
    now,
  );
  expect(written).toContain(`Max-Age=${30 * 86_400}`);
});

test('over HTTPS the cookie is Secure and carries the __Host- prefix', () => {
  const written = sessionCookie({ isSecure: true }).write('s_token', session, now);
  expect(written).toMatch(/^__Host-latchkey_session=s_token;.*\bSecure\b/);
  expect(written).toContain('Path=/');
  expect(written).not.toContain('Domain');
});

test('clearing takes the cookie away at once', () => {
  expect(sessionCookie({ isSecure: false }).clear()).toMatch(/^latchkey_session=;.*Max-Age=0/);
});

test.each([
  ['latchkey_session=s_token', 's_token'],
  ['theme=dark; latchkey_session=s_token; x=y', 's_token'],
  ['latchkey_session=a=b', 'a=b'],
  ['latchkey_session=%E0%A4%A', '%E0%A4%A'],
  ['xlatchkey_session=s_token', null],
  ['', null],
  [';;=;', null],
  [null, null],
])('the cookie header %j holds the token %j', (header, token) => {
  expect(sessionCookie({ isSecure: false }).read(header)).toBe(token);
});
