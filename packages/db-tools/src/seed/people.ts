import {
  ar,
  el,
  en,
  es,
  type Faker,
  fr,
  he,
  ja,
  ko,
  type LocaleDefinition,
  ne,
  pl,
  ru,
  th,
  tr,
  vi,
  zh_CN,
} from '@faker-js/faker';

/** The user name and the e-mail address of a generated user. */
export type Person = { username: string; email: string };

/** Names in many scripts, most of them in Latin letters. */
const names = [en, en, en, en, es, fr, pl, tr, vi, ru, el, ar, he, ne, zh_CN, ja, ko, th].map(
  ({ person }) => ({ given: flattenNames(person?.first_name), family: flattenNames(person?.last_name) }),
);
const [latin = { given: [], family: [] }] = names;

type NameLists = NonNullable<LocaleDefinition['person']>['first_name'];

function flattenNames(lists: NameLists): string[] {
  return [lists?.generic, lists?.female, lists?.male].flatMap((list) => list ?? []);
}

/** Reserved for examples, so that no mail is delivered (RFC 2606 §3). */
const domains = ['example.com', 'example.com', 'example.org', 'example.net'];

/** Generates a person. @param index from 0; makes the user name and the address unique */
export function createPerson(faker: Faker, index: number): Person {
  const pick = <T>(list: readonly T[]): T => faker.helpers.arrayElement(list);
  const { given, family } = pick(names);
  const [first, last] = [pick(given), pick(family)];
  const username = `${first}${pick(['.', '.', '_', '-'])}${last}`;
  // An address contains Latin letters only.
  const romanized = romanize(first, last) ?? romanize(pick(latin.given), pick(latin.family)) ?? 'user.name';
  return {
    username: `${username.normalize('NFC').replace(/[^\p{L}\p{M}._-]+/gu, '-')}${index}`,
    email: `${romanized}${index}@${pick(domains)}`,
  };
}

/** Removes accents, spaces and punctuation; null if letters of another script remain. */
function romanize(...words: string[]): string | null {
  const plain = words.map((word) =>
    word
      .normalize('NFD')
      .toLowerCase()
      .replace(/[^\p{L}]/gu, ''),
  );
  return plain.every((word) => /^[a-z]+$/.test(word)) ? plain.join('.') : null;
}
