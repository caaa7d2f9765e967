import { describe, expect, test } from 'vitest';
import { identityKey } from '@latchkey/db';
import { differentNames, personAt } from './people.ts';

describe('made-up people', () => {
  const people = Array.from({ length: 3 * differentNames }, (_, index) => personAt(7, index));

  test('have no name and no address in common', () => {
    expect(new Set(people.map(({ username }) => identityKey(username))).size).toBe(people.length);
    // Before the domain already: another seed may give the same name another domain.
    expect(new Set(people.map(({ email }) => email.split('@')[0])).size).toBe(people.length);
  });

  test('have names that could be registered, and addresses that reach nobody', () => {
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
  ])('write their names in %s too', (script) => {
    expect(people.some(({ username }) => new RegExp(`\\p{Script=${script}}`, 'u').test(username))).toBe(true);
  });

  test('are the same for the same number, and come in another order for another', () => {
    expect(personAt(7, 11)).toEqual(people[11]);
    expect(personAt(8, 11)).not.toEqual(people[11]);
  });
});
