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
import { explainOpenError } from '@latchkey/db/connection';
import { type CompleteRow, openRowWriter, createRowCompleter, type Rows } from '@latchkey/db/sql';
import type { Faker } from '@faker-js/faker';
import { createPerson, type Person } from './people.ts';
import { createFaker } from './random-data.ts';
import { signUpTime, createUserRecords, type Lifetimes, type UserRecords } from './user-records.ts';

export type SeedOptions = {
  /** How many users to add. */
  count: number;
  /** The same number adds the same users to an empty database. */
  seedNumber: number;
  /** The hash for all users, because hashing a password for each would take days. */
  passwordHash: string;
  lifetimes: Lifetimes;
  now?: Date;
  /** Called with the number of users written so far. */
  onWritten?: (written: number) => void;
};

/** The number of rows added to each table. */
export type Seeded = { users: number; sessions: number; browsers: number; events: number };

/** Users per transaction: locks for a second or two, and few index pages are written twice. */
const batchSize = 25_000;

/** Users in memory at a time. */
const chunkSize = 1000;

/**
 * Adds users like those of a site that has been running for years: some disabled, some unverified, some signed in.
 * Each batch is one transaction. In a database with users, generation continues after their number.
 * @throws DatabaseError `locked` or `no_access` when a batch cannot be written; earlier batches stay
 */
export async function seedUsers(
  database: Database,
  { count, seedNumber, onWritten = () => undefined, now = new Date(), ...settings }: SeedOptions,
): Promise<Seeded> {
  const writer = await openRowWriter(database);
  const complete = createRowCompleter(database);
  const before = await database.em().count(User);
  const faker = createFaker(seedNumber, before);
  const seeded: Seeded = { users: 0, sessions: 0, browsers: 0, events: 0 };

  const people = function* (start: number, named: readonly Person[]): Generator<Rows> {
    for (const [chunk, persons] of splitIntoChunks(named).entries()) {
      const all = persons.map((person, position) => {
        const index = start + chunk * chunkSize + position;
        return createUserRecords(person, signUpTime(index / count, now), { ...settings, faker, now });
      });
      yield* inTables(all, complete);
      addCounts(seeded, all);
      onWritten(seeded.users);
    }
  };
  while (seeded.users < count) {
    const start = seeded.users;
    const named = createPeople(faker, before + start, Math.min(batchSize, count - start));
    const free = before === 0 ? named : await withFreeNames(named, database, faker);
    await writer.insertAll(people(start, free)).catch((error: unknown) => {
      throw explainOpenError(error, database.location);
    });
    // Writing to SQLite blocks the event loop; this processes signals between batches.
    await setImmediate();
  }
  return seeded;
}

function splitIntoChunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / chunkSize) }, (_, chunk) =>
    all.slice(chunk * chunkSize, (chunk + 1) * chunkSize),
  );
}

const createPeople = (faker: Faker, start: number, count: number): Person[] =>
  Array.from({ length: count }, (_, position) => createPerson(faker, start + position));

/** Changes the number in names and addresses that are taken, in the table or in this batch. */
async function withFreeNames(people: readonly Person[], database: Database, faker: Faker): Promise<Person[]> {
  const chosen = new Set<string>();
  const free: Person[] = [];
  for (const chunk of splitIntoChunks(people)) {
    const named = await withFreeKeys(chunk, chosen, database, faker);
    for (const key of named.flatMap(keysOf)) chosen.add(key);
    free.push(...named);
  }
  return free;
}

async function withFreeKeys(
  people: readonly Person[],
  chosen: ReadonlySet<string>,
  database: Database,
  faker: Faker,
): Promise<readonly Person[]> {
  for (let named = people; ;) {
    const taken = await findTakenKeys(database, named.flatMap(keysOf));
    const renamed = named.map((person) => {
      const keys = keysOf(person);
      if (keys.some((key) => taken.has(key) || chosen.has(key))) {
        return withNumber(person, faker.number.int({ min: 1000, max: 9_999_999 }));
      }
      for (const key of keys) taken.add(key);
      return person;
    });
    if (renamed.every((person, position) => person === named[position])) return named;
    named = renamed;
  }
}

/** Returns the keys that are already a user name or an address in the database. */
async function findTakenKeys(database: Database, keys: string[]): Promise<Set<string>> {
  const options = { fields: ['usernameKey', 'emailKey'], disableIdentityMap: true } as const;
  const em = database.em();
  // Two queries, each with its own index: for a combined one, PostgreSQL scans the table.
  const found = [
    ...(await em.find(User, { usernameKey: { $in: keys } }, options)),
    ...(await em.find(User, { emailKey: { $in: keys } }, options)),
  ];
  return new Set(found.flatMap(({ usernameKey, emailKey }) => [usernameKey, emailKey ?? '']));
}

const keysOf = ({ username, email }: Person) => [identityKey(username), identityKey(email)];

function withNumber({ username, email }: Person, number: number): Person {
  const [name = '', domain = ''] = email.split('@');
  const renamed = (text: string) => text.replace(/\d*$/, String(number));
  return { username: renamed(username), email: `${renamed(name)}@${domain}` };
}

/** Groups the rows by table, referenced tables first. */
const inTables = (all: readonly UserRecords[], complete: CompleteRow): Rows[] => [
  { entity: User, rows: all.map(({ user }) => complete(User, user)) },
  { entity: RememberedBrowser, rows: all.flatMap(({ browsers }) => browsers) },
  { entity: RememberToken, rows: all.flatMap(({ tokens }) => tokens) },
  { entity: Session, rows: all.flatMap(({ sessions }) => sessions) },
  { entity: SecurityEvent, rows: all.flatMap(({ events }) => events) },
];

function addCounts(seeded: Seeded, all: readonly UserRecords[]): void {
  for (const { sessions, browsers, events } of all) {
    seeded.users += 1;
    seeded.sessions += sessions.length;
    seeded.browsers += browsers.length;
    seeded.events += events.length;
  }
}
