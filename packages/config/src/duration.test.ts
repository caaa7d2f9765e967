import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['30d', 2_592_000_000],
  ['12h', 43_200_000],
  ['15m', 900_000],
  ['10s', 10_000],
  ['3650d', 315_360_000_000],
])('%s is %i milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '30', 'd', '30 d', '-5m', '1.5h', '0s', '30D', '5w', '3651d', '99999d', '5m '])(
  '%j is not a duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
