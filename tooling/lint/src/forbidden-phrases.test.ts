import { describe, expect, test } from 'vitest';
import { findForbiddenPhrases } from './find-forbidden-phrases.js';
import { FORBIDDEN_PHRASES } from './forbidden-phrases.js';

describe.each(FORBIDDEN_PHRASES)('use $instead', ({ instead, examples, allowed = [] }) => {
  test.for(examples)('reports: %s', (text) => {
    expect(findForbiddenPhrases(text).map((finding) => finding.instead)).toContain(instead);
  });

  test.for(allowed.map((text) => [text]))('allows: %s', ([text = '']) => {
    expect(findForbiddenPhrases(text)).toEqual([]);
  });
});

test('a phrase is reported with its place and the replacement', () => {
  const text = 'const a = 1;\nconst b = 2; // whoever\n';
  expect(findForbiddenPhrases(text)).toEqual([
    { phrase: 'whoever', instead: expect.stringContaining('the user'), line: 2, column: 17 },
  ]);
});

test.for([
  '/**\n * An install is under\n * way here.\n */',
  '  // An install is under\n  // way here.',
  'An install is under\nway here.',
  '> An install is under\n> way here.',
  '# An install is under\n# way here.',
])('a phrase that a line break divides is reported: %j', (text) => {
  expect(findForbiddenPhrases(text).map(({ phrase }) => phrase)).toEqual(['under way']);
});

test.for(['const whoeverElse = 1;', 'told_at', 'non-nobody', 'a first sentence is under.\n\nWay two.'])(
  'a part of another word and of another paragraph is not reported: %j',
  (text) => {
    expect(findForbiddenPhrases(text)).toEqual([]);
  },
);

test('all phrases of a text are reported, in its order', () => {
  const text = 'Twin of it.\nShown to nobody, told to somebody.';
  expect(findForbiddenPhrases(text).map(({ phrase }) => phrase)).toEqual([
    'Twin of',
    'nobody',
    'told',
    'somebody',
  ]);
});
