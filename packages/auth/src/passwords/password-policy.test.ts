import { expect, test } from 'vitest';
import { passwordProblem } from './password-policy.ts';

const noContext: string[] = [];

test.each([
  'correct horse battery staple',
  'ünïcödé ist erlaubt',
  '🗝️🚪🐈🐕🌧️🌞🌊🔥🌱🍎🍋🥝🚲🚂⛵',
  'with  two  spaces ',
  'кошка собака дом',
])('%j is accepted [T2]', async (password) => {
  expect(await passwordProblem(password, noContext)).toBeNull();
});

test('14 characters are too few and 15 are enough [T2]', async () => {
  expect(await passwordProblem('plum tram vogu', noContext)).toBe(
    'That has 14 characters. Use at least 15: a few words will do.',
  );
  expect(await passwordProblem('plum tram vogue', noContext)).toBeNull();
});

test('characters count before and after normalization; the lower count holds [T2]', async () => {
  expect(await passwordProblem('ﷺ', noContext)).toBe(
    'That has 1 character. Use at least 15: a few words will do.',
  );
  expect(await passwordProblem('ﷺ plum tram', noContext)).toContain('That has 11 characters');
  // Typed as letters with combining marks, stored as one character each.
  const decomposed = 'ü'.normalize('NFD').repeat(10);
  expect(await passwordProblem(decomposed, noContext)).toContain('That has 10 characters');
});

test('another minimum length can be set', async () => {
  expect(await passwordProblem('kX9#mQz!', noContext, 8)).toBeNull();
  expect(await passwordProblem('kX9#mQz', noContext, 8)).toContain('at least 8');
});

test('256 characters are accepted and 257 are refused, not truncated [T2]', async () => {
  const long = 'velvet otter 7 '.repeat(18).slice(0, 256);
  expect(await passwordProblem(long, noContext)).toBeNull();
  expect(await passwordProblem(`${long}i`, noContext)).toContain('at most 256');
});

test.each([
  ['aaaa… (20 characters)', 'a'.repeat(20)],
  ['passwordpassword', 'passwordpassword'],
  ['P@ssw0rd1234567', 'P@ssw0rd1234567'],
  ['abcdefghijklmno', 'abcdefghijklmno'],
  ['qwertyuiopasdfgh', 'qwertyuiopasdfgh'],
  ['123456789012345', '123456789012345'],
  ['letmeinletmein123', 'letmeinletmein123'],
  ['monday tuesday wednesday', 'monday tuesday wednesday'],
  ['1111… (256 characters)', '1'.repeat(256)],
])('%s is refused as easy to guess [T2]', async (_, password) => {
  expect(await passwordProblem(password, noContext)).toContain('easy to guess');
});

test.each([
  ['marigold-marigold-1', ['marigold']],
  ['MARIGOLD2026MARIGOLD', ['marigold']],
  ['ｍａｒｉｇｏｌｄ marigold', ['marigold']],
  ['marigold marigold', ['ｍａｒｉｇｏｌｄ']],
  ['susan@example.com', ['susan', 'susan@example.com']],
])('%j is refused for a user known as %j [T2]', async (password, context) => {
  expect(await passwordProblem(password, context)).toContain('user name');
});
