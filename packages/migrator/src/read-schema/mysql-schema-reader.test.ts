import { expect, test } from 'vitest';
import { valueOf } from './mysql-schema-reader.ts';

test.each([
  ['NULL', null],
  [null, null],
  ["'user'", 'user'],
  ["'it''s'", "it's"],
  ["'NULL'", 'NULL'],
  [String.raw`'two\nlines, a \\ and a \q'`, 'two\nlines, a \\ and a q'],
  ['0', '0'],
  ['current_timestamp(3)', 'current_timestamp(3)'],
])('the default %s of MariaDB has the value %s', (expression, value) => {
  expect(valueOf(expression)).toBe(value);
});
