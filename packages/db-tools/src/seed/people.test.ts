import { describe, expect, test } from 'vitest';
import { identityKey } from '@latchkey/db';
import { createPerson } from './people.ts';
import { createFaker } from './random-data.ts';

describe('generated people', () => {
  const generate = (seedNumber: number, count: number) => {
    const faker = createFaker(seedNumber);
    return Array.from({ length: count }, (_, index) => createPerson(faker, index));
  };
  const people = generate(7, 20_000);

  test('have unique user names and addresses', () => {
    expect(new Set(people.map(({ username }) => identityKey(username))).size).toBe(people.length);
    expect(new Set(people.map(({ email }) => email.split('@')[0])).size).toBe(people.length);
  });

  test('have valid user names, and addresses in reserved domains', () => {
    const odd = people.filter(
      ({ username, email }) =>
        !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63}$/u.test(username) ||
        /\p{Default_Ignorable_Code_Point}/u.test(username) ||
        !/^[a-z]+\.[a-z]+\d*@example\.(com|org|net)$/.test(email),
    );
    expect(odd).toEqual([]);
  });

  test.each([
    'Latin',
    'Cyrillic',
    'Greek',
    'Arabic',
    'Hebrew',
    'Devanagari',
    'Han',
    'Hangul',
    'Hiragana',
    'Thai',
  ])('include names in the script %s', (script) => {
    expect(people.some(({ username }) => new RegExp(`\\p{Script=${script}}`, 'u').test(username))).toBe(true);
  });

  test('are the same for the same seed number, and differ for another', () => {
    expect(generate(7, 20)).toEqual(people.slice(0, 20));
    expect(generate(8, 20)).not.toEqual(people.slice(0, 20));
  });
});
