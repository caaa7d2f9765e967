import { describe, expect, test } from 'vitest';
import { booleanOf, momentOf, textOf } from './values.ts';

describe('a time is read as', () => {
  test.each([
    ['SQLAlchemy and SQLite write it', '2024-01-02 03:04:05.678901', '2024-01-02T03:04:05.678Z'],
    ['Django writes it to SQLite', '2024-01-02 03:04:05', '2024-01-02T03:04:05.000Z'],
    ['PostgreSQL writes it', '2024-01-02 03:04:05.569+00', '2024-01-02T03:04:05.569Z'],
    ['PostgreSQL writes it in India', '2024-01-02 03:04:05.5+05:30', '2024-01-01T21:34:05.500Z'],
    ['Rails writes it', '2024-01-02 03:04:05 UTC', '2024-01-02T03:04:05.000Z'],
    ['Rails writes it with its zone', '2024-01-02 03:04:05 -0800', '2024-01-02T11:04:05.000Z'],
    ['JavaScript writes it', '2024-01-02T03:04:05.678Z', '2024-01-02T03:04:05.678Z'],
    ['a browser form writes it', '2024-01-02T03:04', '2024-01-02T03:04:00.000Z'],
    ['Flask writes it into JSON', 'Tue, 02 Jan 2024 03:04:05 GMT', '2024-01-02T03:04:05.000Z'],
    ['people write a day', '2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['seconds since 1970', 1704164645, '2024-01-02T03:04:05.000Z'],
    ['seconds since 1970, in a text', '1704164645.5', '2024-01-02T03:04:05.500Z'],
    ['milliseconds since 1970', 1704164645678, '2024-01-02T03:04:05.678Z'],
    ['microseconds since 1970', '1704164645678901', '2024-01-02T03:04:05.678Z'],
    ['a driver gives it', new Date('2024-01-02T03:04:05Z'), '2024-01-02T03:04:05.000Z'],
  ])('%s', (_, value, moment) => {
    expect(momentOf(value)?.toISOString()).toBe(moment);
  });

  test.each([null, undefined, '', ' ', 'NULL', '\\N', 0, '0', '0000-00-00 00:00:00'])('none: %j', (value) => {
    expect(momentOf(value)).toBeNull();
  });

  test.each([
    'yesterday',
    '02/01/2024',
    '2024-02-30',
    '2024-13-01',
    '2024-01-02 25:00:00',
    '2024',
    '9999-12-31',
    {},
  ])('nothing that can be told: %j', (value) => {
    expect(momentOf(value)).toBeUndefined();
  });
});

test.each([
  [[true, 1, '1', 't', 'TRUE', 'yes', 'Y', 'on', ' active ', new Uint8Array([1])], true],
  [[false, 0, '0', 'f', 'False', 'no', 'N', 'off', 'inactive', new Uint8Array([0])], false],
  [[null, undefined, '', 'NULL', '\\N'], null],
  [['maybe', 2, 'x', {}], undefined],
])('%j are %j', (values, meaning) => {
  expect(values.map(booleanOf)).toEqual(values.map(() => meaning));
});

test('bytes are text, as bcrypt is in a binary column', () => {
  expect(textOf(new TextEncoder().encode('$2b$12$…'))).toBe('$2b$12$…');
});
