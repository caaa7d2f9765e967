import { expect, test } from 'vitest';
import { usernameProblem } from './username.ts';

test.each(['susan', 'Zoë', 'ann-marie_2.0', '山田', 'x'.repeat(64)])(
  'the user name %s is accepted',
  (name) => {
    expect(usernameProblem(name)).toBeNull();
  },
);

test.each([
  ['', 'Choose a user name.'],
  ['x'.repeat(65), 'Use at most 64 characters.'],
  ['a b', 'Use letters, digits, dots, hyphens and underscores, and begin with a letter or digit.'],
  ['-a', 'Use letters, digits, dots, hyphens and underscores, and begin with a letter or digit.'],
  ['a@b', 'Use letters, digits, dots, hyphens and underscores, and begin with a letter or digit.'],
  ['a\u{115f}b', 'Use visible characters only.'],
  ['a\ud800', 'This contains an invalid character.'],
])('the user name %j is refused with a sentence', (name, problem) => {
  expect(usernameProblem(name)).toBe(problem);
});
