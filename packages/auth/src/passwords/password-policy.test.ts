import { expect, test } from 'vitest';
import { passwordProblem } from './password-policy.ts';

const nobody: string[] = [];

test.each([
  'correct horse battery staple',
  'ünïcödé ist erlaubt',
  '🗝️🚪🐈🐕🌧️🌞🌊🔥🌱🍎🍋🥝🚲🚂⛵',
  'with  two  spaces ',
  'кошка собака дом',
])('threat 2: %j may be a password', async (password) => {
  expect(await passwordProblem(password, nobody)).toBeNull();
});

test('threat 2: fourteen characters are too few and fifteen are enough, whatever they are', async () => {
  expect(await passwordProblem('plum tram vogu', nobody)).toBe(
    'That has 14 characters. Use at least 15: a few words will do.',
  );
  expect(await passwordProblem('plum tram vogue', nobody)).toBeNull();
});

test('threat 2: characters are counted as they are typed, and as they are kept: none stands for many', async () => {
  expect(await passwordProblem('ﷺ', nobody)).toBe(
    'That has 1 character. Use at least 15: a few words will do.',
  );
  expect(await passwordProblem('ﷺ plum tram', nobody)).toContain('That has 11 characters');
  // Typed as letters with marks of their own, kept as one character each.
  const decomposed = 'ü'.normalize('NFD').repeat(10);
  expect(await passwordProblem(decomposed, nobody)).toContain('That has 10 characters');
});

test('another length may be asked for', async () => {
  expect(await passwordProblem('kX9#mQz!', nobody, 8)).toBeNull();
  expect(await passwordProblem('kX9#mQz', nobody, 8)).toContain('at least 8');
});

test('threat 2: 256 characters are allowed and 257 are not cut but refused', async () => {
  const long = 'velvet otter 7 '.repeat(18).slice(0, 256);
  expect(await passwordProblem(long, nobody)).toBeNull();
  expect(await passwordProblem(`${long}i`, nobody)).toContain('at most 256');
});

test.each([
  'a'.repeat(20),
  'passwordpassword',
  'P@ssw0rd1234567',
  'abcdefghijklmno',
  'qwertyuiopasdfgh',
  '123456789012345',
  'letmeinletmein123',
  'monday tuesday wednesday',
  '1'.repeat(256),
])('threat 2: %j is among the first that somebody would try', async (password) => {
  expect(await passwordProblem(password, nobody)).toContain('first that somebody would try');
});

test.each([
  ['marigold-marigold-1', ['marigold']],
  ['MARIGOLD2026MARIGOLD', ['marigold']],
  ['ｍａｒｉｇｏｌｄ marigold', ['marigold']],
  ['marigold marigold', ['ｍａｒｉｇｏｌｄ']],
  ['susan@example.com', ['susan', 'susan@example.com']],
])(
  'threat 2: %j is refused for somebody known as %j, in whatever width or case',
  async (password, context) => {
    expect(await passwordProblem(password, context)).toContain('user name');
  },
);
