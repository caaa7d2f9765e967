import { expect, test } from 'vitest';
import { inWords } from './time.ts';

test('a time is told in words, in UTC', () => {
  expect(inWords('2026-11-24T02:10:59.000Z')).toBe('24 November 2026, 02:10 UTC');
});
