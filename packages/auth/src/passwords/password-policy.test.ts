import { expect, test } from 'vitest';
import { passwordProblem } from './password-policy.ts';

const nobody: string[] = [];

test.each([
  'correct horse battery staple',
  'ünïcödé ist erlaubt',
  '🗝️🚪🐈🐕🌧️🌞🌊🔥🌱🍎🍋🥝🚲🚂⛵',
  'with  two  spaces ',
])('%j may be a password', (password) => {
  expect(passwordProblem(password, nobody)).toBeNull();
});

test('fourteen characters are too few and fifteen are enough, whatever they are', () => {
  expect(passwordProblem('abcdefghijklmn', nobody)).toBe(
    'That has 14 characters. Use at least 15: a few words will do.',
  );
  expect(passwordProblem('abcdefghijklmno', nobody)).toBeNull();
});

test('256 characters are allowed and 257 are not cut but refused', () => {
  const long = 'abcdefgh'.repeat(32);
  expect(passwordProblem(long, nobody)).toBeNull();
  expect(passwordProblem(`${long}i`, nobody)).toContain('at most 256');
});

test('one character repeated is refused', () => {
  expect(passwordProblem('a'.repeat(20), nobody)).not.toBeNull();
});

test('a password made of the user name or the address is refused', () => {
  expect(passwordProblem('marigold-marigold-1', ['marigold'])).toContain('user name');
  expect(passwordProblem('susan@example.com', ['susan', 'susan@example.com'])).toContain('user name');
});
