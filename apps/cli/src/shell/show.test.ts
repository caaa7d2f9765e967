import { describe, expect, test } from 'vitest';
import { containsPassword } from './history.ts';
import type { Shell } from './shell-scope.ts';
import { show } from './show.ts';

// The cast: printing plain values uses only this part of the shell.
const shell = {
  entities: {
    definedBy: () => null,
    rowOf: () => null,
    isHidden: (name: string) => name === 'password_hash',
  },
  isClient: () => false,
} as unknown as Shell;
const shown = (value: unknown, width = Infinity, maxRows = Infinity) =>
  show(value, shell, { width, maxRows, colors: false });

describe('a table', () => {
  test('aligns wide characters, right-aligns numbers, and prints null', () => {
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

  test('prints times in UTC, bytes in hex, and inner objects on one line', () => {
    const row = { at: new Date(0), bytes: new Uint8Array([1, 255]), inner: { a: [1] } };
    expect(shown([row]).split('\n')[2]).toBe('1970-01-01T00:00:00.000Z  0x01ff  { a: [ 1 ] }');
  });

  test('escapes control characters', () => {
    expect(shown([{ text: 'a\nb\u001b[2Jc\u202ed' }])).toContain('a\\nb\\u001b[2Jc\\u202ed');
  });

  test('truncates long values, and names the columns that do not fit', () => {
    const row = { a: 'x'.repeat(40), b: '日'.repeat(20), c: 'short', d: 'y'.repeat(30) };
    const lines = shown([row], 40).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines[2]).toMatch(/^x+… {2}日+… {2,}short/);
    expect(lines.at(-1)).toBe('Columns not shown: d.');
  });

  test('is limited to a number of rows', () => {
    expect(shown([{ a: 1 }, { a: 2 }, { a: 3 }], 80, 2)).toContain('(3 rows; the first 2 are shown)');
  });

  test('masks hidden values in plain objects at any depth', () => {
    const record = { name: 'susan', password_hash: 'secret', more: { password_hash: null } };
    expect(shown(record)).toBe("{ name: 'susan', password_hash: (hidden), more: { password_hash: null } }");
    expect(shown({ a: { b: [record] } })).not.toContain('secret');
    expect(shown({ a: { b: [1] } })).toBe('{ a: { b: [ 1 ] } }');
  });

  test('masks a hidden column', () => {
    expect(shown([{ id: 1, password_hash: 'secret' }])).not.toContain('secret');
  });
});

describe('a line with a password', () => {
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
    expect(containsPassword(line)).toBe(true);
  });

  test.each([
    'em.find(User, { passwordHash: null })',
    "em.find(User, {}, { fields: ['username', 'passwordHash'] })",
    'u.passwordHash',
    "em.find(User, { username: 'susan' })",
    'checkPassword(u.passwordHash, typed)',
  ])('is not: %s', (line) => {
    expect(containsPassword(line)).toBe(false);
  });
});
