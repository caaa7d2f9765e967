import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, identityKey, openDatabase, RememberToken, Session, User } from '@latchkey/db';
import { findEntities } from '@latchkey/db/connection';
import { storedProperties } from '@latchkey/db/sql';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { openFactories } from './factories.ts';
import { findFactories } from './find-factories.ts';

const entities = await findEntities();
const factories = await findFactories();
const nameOf = ({ meta }: (typeof entities)[number]) => meta.className;
const now = new Date('2026-11-23T12:00:00.123Z');

let temporary: TemporaryDatabase;
let database: Database;

beforeEach(async () => {
  temporary = await createMigratedDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

describe('factories', () => {
  test('exist for every table', () => {
    expect([...factories.keys()].map(nameOf).toSorted()).toEqual(entities.map(nameOf).toSorted());
  });

  test.each(entities.map((entity) => ({ entity, name: nameOf(entity) })))(
    'make unique rows of $name that are stored unchanged',
    async ({ entity }) => {
      const { addMany } = await openFactories(database, { now });
      const made = await addMany(entity, 20);
      const props = storedProperties(database.orm.getMetadata().get(entity.meta.class));
      for (const row of made)
        expect(Object.keys(row).toSorted()).toEqual(props.map(({ name }) => name).toSorted());

      const stored = await database.em().find(entity, {}, { orderBy: { id: 'asc' } });
      const plain = stored.map((row) =>
        Object.fromEntries(
          props.map(({ name }) => [name, withoutReference((row as Record<string, unknown>)[name])]),
        ),
      );
      expect(plain).toEqual(made.toSorted(byId).map(asStored));
    },
  );

  test('make the rows that a row references', async () => {
    const { add } = await openFactories(database);
    const token = await add(RememberToken);
    const { browser } = await database
      .em()
      .findOneOrFail(RememberToken, { id: token.id }, { populate: ['browser.user'] });
    expect(browser.user.username).not.toBe('');
    expect(await database.em().count(User)).toBe(1);
  });

  test('use the given values, and derive others from them', async () => {
    const { add } = await openFactories(database);
    const susan = await add(User, { username: 'Susan', email: 'Susan@Example.com', isActive: false });
    expect(susan).toMatchObject({ usernameKey: 'susan', emailKey: 'susan@example.com', isActive: false });
    expect(await add(User, { email: null })).toMatchObject({ emailKey: null, emailVerifiedAt: null });
    await add(Session, { user: susan.id });
    expect(await database.em().count(Session, { user: susan.id })).toBe(1);
    expect(await database.em().count(User)).toBe(2);
  });

  test('make the same rows for the same seed number, and others for another', async () => {
    const usersOf = async (seedNumber: number) => {
      const { addMany } = await openFactories(database, { seedNumber, now });
      const made = await addMany(User, 5);
      await database.em().nativeDelete(User, {});
      return made;
    };
    const first = await usersOf(1);
    expect(await usersOf(1)).toEqual(first);
    expect(await usersOf(2)).not.toEqual(first);
  });

  test('store the keys by which sign-in finds users', async () => {
    const { addMany } = await openFactories(database);
    for (const { username, usernameKey } of await addMany(User, 50))
      expect(usernameKey).toBe(identityKey(username));
  });
});

/** Replaces a referenced entity by its id. */
const withoutReference = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : value;

const idOf = (row: object) => ('id' in row ? String(row.id) : '');
const byId = (a: object, b: object) => (idOf(a) < idOf(b) ? -1 : 1);

/** SQLite stores the expiry time of sessions in whole seconds. All other times have milliseconds. */
function asStored(row: object): object {
  if (!('user' in row && 'freshUntil' in row && 'expiresAt' in row) || database.engine !== 'sqlite')
    return row;
  return { ...row, expiresAt: new Date(Math.floor(Number(row.expiresAt) / 1000) * 1000) };
}
