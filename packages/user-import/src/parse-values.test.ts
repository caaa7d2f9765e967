import { describe, expect, test } from 'vitest';
import { parseBoolean, parseTime, parseText } from './parse-values.ts';

describe('parseTime', () => {
  test.each([
    ['SQLAlchemy on SQLite', '2024-01-02 03:04:05.678901', '2024-01-02T03:04:05.678Z'],
    ['Django on SQLite', '2024-01-02 03:04:05', '2024-01-02T03:04:05.000Z'],
    ['PostgreSQL', '2024-01-02 03:04:05.569+00', '2024-01-02T03:04:05.569Z'],
    ['PostgreSQL with an offset of half an hour', '2024-01-02 03:04:05.5+05:30', '2024-01-01T21:34:05.500Z'],
    ['Rails', '2024-01-02 03:04:05 UTC', '2024-01-02T03:04:05.000Z'],
    ['Rails with an offset', '2024-01-02 03:04:05 -0800', '2024-01-02T11:04:05.000Z'],
    ['JavaScript', '2024-01-02T03:04:05.678Z', '2024-01-02T03:04:05.678Z'],
    ['a browser form', '2024-01-02T03:04', '2024-01-02T03:04:00.000Z'],
    ['JSON of Flask', 'Tue, 02 Jan 2024 03:04:05 GMT', '2024-01-02T03:04:05.000Z'],
    ['a date without a time', '2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['seconds since 1970', 1704164645, '2024-01-02T03:04:05.000Z'],
    ['seconds since 1970 as text', '1704164645.5', '2024-01-02T03:04:05.500Z'],
    ['milliseconds since 1970', 1704164645678, '2024-01-02T03:04:05.678Z'],
    ['microseconds since 1970', '1704164645678901', '2024-01-02T03:04:05.678Z'],
    ['a Date of a driver', new Date('2024-01-02T03:04:05Z'), '2024-01-02T03:04:05.000Z'],
  ])('parses the format of %s', (_, value, moment) => {
    expect(parseTime(value)?.toISOString()).toBe(moment);
  });

  test.each([null, undefined, '', ' ', 'NULL', '\\N', 0, '0', '0000-00-00 00:00:00'])(
    'returns null for a missing value: %j',
    (value) => {
      expect(parseTime(value)).toBeNull();
    },
  );

  test.each([
    'yesterday',
    '02/01/2024',
    '2024-02-30',
    '2024-13-01',
    '2024-01-02 25:00:00',
    '2024',
    '9999-12-31',
    {},
  ])('returns undefined for an invalid value: %j', (value) => {
    expect(parseTime(value)).toBeUndefined();
  });
});

test.each([
  [[true, 1, '1', 't', 'TRUE', 'yes', 'Y', 'on', ' active ', new Uint8Array([1])], true],
  [[false, 0, '0', 'f', 'False', 'no', 'N', 'off', 'inactive', new Uint8Array([0])], false],
  [[null, undefined, '', 'NULL', '\\N'], null],
  [['maybe', 2, 'x', {}], undefined],
])('parseBoolean parses %j as %j', (values, meaning) => {
  expect(values.map(parseBoolean)).toEqual(values.map(() => meaning));
});

test('parseText decodes bytes, such as bcrypt in a binary column', () => {
  expect(parseText(new TextEncoder().encode('$2b$12$…'))).toBe('$2b$12$…');
});
