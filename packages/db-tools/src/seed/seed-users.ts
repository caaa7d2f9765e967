import { setImmediate } from 'node:timers/promises';
import {
  type Database,
  identityKey,
  RememberedBrowser,
  RememberToken,
  SecurityEvent,
  Session,
  User,
} from '@latchkey/db';
import { openingError } from '@latchkey/db/connection';
import { openRowWriter } from './open-row-writer.ts';
import { personAt, type Person } from './people.ts';
import { createRandom, type Random } from './random.ts';
import type { Rows } from './row-writer.ts';
import { signUpTime, userWithAll, type Lifetimes, type UserWithAll } from './user-with-all.ts';

export type SeedOptions = {
  /** How many are added. */
  count: number;
  /** The same number adds the same people to an empty database. */
  seedNumber: number;
  /** Everybody's: one for each would take days to make. */
  passwordHash: string;
  lifetimes: Lifetimes;
  now?: Date;
  /** Is told how many there are so far. */
  onWritten?: (written: number) => void;
};

/** How many were added of each. */
export type Seeded = { users: number; sessions: number; browsers: number; events: number };

/** In one transaction: a lock of a second or two, and pages of an index that are seldom written twice. */
const batchSize = 25_000;

/** In memory at a time. */
const chunkSize = 1000;

/**
 * Adds people like those of a site that has run for years: some disabled, some not verified, some signed in right now.
 * Each batch is added whole or not at all. Where there are users already, it goes on behind them.
 * @throws DatabaseError `locked` or `no_access` when a batch cannot be written; those before it stay
 */
export async function seedUsers(
  database: Database,
  { count, onWritten = () => undefined, now = new Date(), ...settings }: SeedOptions,
): Promise<Seeded> {
  const writer = await openRowWriter(database);
  const before = await database.em().count(User);
  const seeded: Seeded = { users: 0, sessions: 0, browsers: 0, events: 0 };

  const people = function* (start: number, named: readonly Person[]): Generator<Rows> {
    for (const [chunk, persons] of chunksOf(named).entries()) {
      const all = persons.map((person, place) => {
        const index = start + chunk * chunkSize + place;
        return userWithAll(person, before + index, signUpTime(index / count, now), { ...settings, now });
      });
      yield* inTables(all);
      note(seeded, all);
      onWritten(seeded.users);
    }
  };
  while (seeded.users < count) {
    const start = seeded.users;
    const named = peopleFrom(settings.seedNumber, before + start, Math.min(batchSize, count - start));
    const random = createRandom(settings.seedNumber, before + start, 4);
    const free = before === 0 ? named : await withFreeNames(named, database, random);
    await writer.insertAll(people(start, free)).catch((error: unknown) => {
      throw openingError(error, database.place);
    });
    // Writing to SQLite lets nothing else happen: signals come through here.
    await setImmediate();
  }
  return seeded;
}

function chunksOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / chunkSize) }, (_, chunk) =>
    all.slice(chunk * chunkSize, (chunk + 1) * chunkSize),
  );
}

const peopleFrom = (seedNumber: number, start: number, count: number): Person[] =>
  Array.from({ length: count }, (_, place) => personAt(seedNumber, start + place));

/** Gives another number to whoever has a name or an address that is somebody's already, in the table or here. */
async function withFreeNames(
  people: readonly Person[],
  database: Database,
  random: Random,
): Promise<Person[]> {
  const chosen = new Set<string>();
  const free: Person[] = [];
  for (const chunk of chunksOf(people)) {
    const named = await withFreeKeys(chunk, chosen, database, random);
    for (const key of named.flatMap(keysOf)) chosen.add(key);
    free.push(...named);
  }
  return free;
}

async function withFreeKeys(
  people: readonly Person[],
  chosen: ReadonlySet<string>,
  database: Database,
  random: Random,
): Promise<readonly Person[]> {
  for (let named = people; ;) {
    const taken = await takenKeys(database, named.flatMap(keysOf));
    const renamed = named.map((person) => {
      const keys = keysOf(person);
      if (keys.some((key) => taken.has(key) || chosen.has(key))) {
        return withNumber(person, random.integer(1000, 9_999_999));
      }
      for (const key of keys) taken.add(key);
      return person;
    });
    if (renamed.every((person, place) => person === named[place])) return named;
    named = renamed;
  }
}

/** Which of these keys users have in the database, as a user name or as an address. */
async function takenKeys(database: Database, keys: string[]): Promise<Set<string>> {
  const options = { fields: ['usernameKey', 'emailKey'], disableIdentityMap: true } as const;
  const em = database.em();
  // One index each: for both in one question PostgreSQL reads the whole table.
  const alike = [
    ...(await em.find(User, { usernameKey: { $in: keys } }, options)),
    ...(await em.find(User, { emailKey: { $in: keys } }, options)),
  ];
  return new Set(alike.flatMap(({ usernameKey, emailKey }) => [usernameKey, emailKey ?? '']));
}

const keysOf = ({ username, email }: Person) => [identityKey(username), identityKey(email)];

function withNumber({ username, email }: Person, number: number): Person {
  const [name = '', domain = ''] = email.split('@');
  const renamed = (text: string) => text.replace(/\d*$/, String(number));
  return { username: renamed(username), email: `${renamed(name)}@${domain}` };
}

/** What others refer to comes first. */
const inTables = (all: readonly UserWithAll[]): Rows[] => [
  { entity: User, rows: all.map(({ user }) => user) },
  { entity: RememberedBrowser, rows: all.flatMap(({ browsers }) => browsers) },
  { entity: RememberToken, rows: all.flatMap(({ tokens }) => tokens) },
  { entity: Session, rows: all.flatMap(({ sessions }) => sessions) },
  { entity: SecurityEvent, rows: all.flatMap(({ events }) => events) },
];

function note(seeded: Seeded, all: readonly UserWithAll[]): void {
  for (const { sessions, browsers, events } of all) {
    seeded.users += 1;
    seeded.sessions += sessions.length;
    seeded.browsers += browsers.length;
    seeded.events += events.length;
  }
}
