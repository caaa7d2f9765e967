import { describe, expect, test } from 'vitest';
import { tellsPassword } from './history.ts';
import type { Shell } from './shell-scope.ts';
import { show } from './show.ts';

// The cast: of a shell, showing plain values uses this only.
const shell = {
  entities: {
    definedBy: () => null,
    rowOf: () => null,
    isHidden: (name: string) => name === 'password_hash',
  },
  isClient: () => false,
} as unknown as Shell;
const shown = (value: unknown, width = Infinity, height = Infinity) =>
  show(value, shell, { width, height, colors: false });

describe('a table', () => {
  test('lines up what is wide, right what is a number, and shows what is null', () => {
    expect(
      shown([
        { name: '日本語', n: 5 },
        { name: '👩‍👩‍👧 é', n: null },
        { name: 'plain', n: 1234n },
      ]),
    ).toBe(
      ['name       n', '──────  ────', '日本語     5', '👩‍👩‍👧 é    null', 'plain   1234', '(3 rows)'].join('\n'),
    );
  });

  test('has times in UTC, bytes in hex, and inner objects on their line', () => {
    const row = { at: new Date(0), bytes: new Uint8Array([1, 255]), inner: { a: [1] } };
    expect(shown([row]).split('\n')[2]).toBe('1970-01-01T00:00:00.000Z  0x01ff  { a: [ 1 ] }');
  });

  test('does not let a text move the cursor', () => {
    expect(shown([{ text: 'a\nb\u001b[2Jc\u202ed' }])).toContain('a\\nb\\u001b[2Jc\\u202ed');
  });

  test('cuts what is long between characters, and names the columns that have no room', () => {
    const row = { a: 'x'.repeat(40), b: '日'.repeat(20), c: 'short', d: 'y'.repeat(30) };
    const lines = shown([row], 40).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines[2]).toMatch(/^x+… {2}日+… {2,}short/);
    expect(lines.at(-1)).toBe('No room for: d.');
  });

  test('shows as many rows as there is room for', () => {
    expect(shown([{ a: 1 }, { a: 2 }, { a: 3 }], 80, 2)).toContain('(3 rows; the first 2 are shown)');
  });

  test('does not show a hidden value in what is no row, however deep, and leaves the rest alone', () => {
    const record = { name: 'susan', password_hash: 'secret', more: { password_hash: null } };
    expect(shown(record)).toBe("{ name: 'susan', password_hash: (hidden), more: { password_hash: null } }");
    expect(shown({ a: { b: [record] } })).not.toContain('secret');
    expect(shown({ a: { b: [1] } })).toBe('{ a: { b: [ 1 ] } }');
  });

  test('does not show the value of a hidden column', () => {
    expect(shown([{ id: 1, password_hash: 'secret' }])).not.toContain('secret');
  });
});

describe('a line that tells a password', () => {
  test.each([
    "hashPassword('cat')",
    'await checkPassword(u.passwordHash, "cat")',
    "passwords.check(hash, 'cat')",
    'u.set_password(`cat`)',
    "api.auth.login.mutate({ username: 'susan', password: 'cat', remember: false })",
    "const password = 'cat'",
    "u.passwordHash = 'x'",
    '{ "token": "abc" }',
  ])('%s', (line) => {
    expect(tellsPassword(line)).toBe(true);
  });

  test.each([
    'em.find(User, { passwordHash: null })',
    "em.find(User, {}, { fields: ['username', 'passwordHash'] })",
    'u.passwordHash',
    "em.find(User, { username: 'susan' })",
    'checkPassword(u.passwordHash, typed)',
  ])('is none: %s', (line) => {
    expect(tellsPassword(line)).toBe(false);
  });
});
