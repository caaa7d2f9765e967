import type { EntitySchema } from '@mikro-orm/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, type Engine, engines, openDatabase } from '@latchkey/db';
import { upgrade } from '@latchkey/migrator';
import { createTemporaryProject, type TemporaryProject } from '@latchkey/migrator/testing';
import {
  availableEngines,
  createTestDatabase,
  skipNote,
  type TestDatabase,
} from '../test-databases.fixture.ts';
import { copyDatabase, checksumTable } from './copy-database.ts';
import { openTableReader } from './open-tables.ts';
import { listTables } from './tables.ts';

let project: TemporaryProject;
let entitiesFolder: string;
const testDatabases: TestDatabase[] = [];
const opened: Database[] = [];

/** A project with all kinds of columns, and references within a table. */
beforeEach(async () => {
  project = await createTemporaryProject();
  entitiesFolder = await project.write({
    Thing: `
      name: p.string().length(80),
      big: p.bigint(),
      price: p.decimal().precision(12).scale(4),
      ratio: p.double(),
      isOn: p.boolean(),
      at: p.datetime(3).nullable(),
      bytes: p.blob().nullable(),
      data: p.json().nullable(),
      parent: () => p.manyToOne(Thing).nullable(),
      friends: () => p.manyToMany(Thing),`,
  });
  await project.migrate();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await Promise.all(testDatabases.splice(0).map((testDatabase) => testDatabase.remove()));
  await project.remove();
});

async function open(engine: Engine): Promise<Database> {
  const testDatabase = await createTestDatabase(engine);
  testDatabases.push(testDatabase);
  const { migrationsFolder } = project;
  const database = await openDatabase(testDatabase.url, { entitiesFolder, migrationsFolder });
  opened.push(database);
  return database;
}

const things = [
  { id: 1, name: '😀 "a\'\\b"', big: 9007199254740993n, price: '1.5000', ratio: 0.1, isOn: true, parent: 2 },
  { id: 2, name: ' ', big: -9223372036854775808n, price: '-0.0001', ratio: -1e-7, isOn: false, parent: 2 },
  { id: 3, name: '', big: 0n, price: '0', ratio: 1e21, isOn: true, parent: 1 },
].map((thing, index) => ({
  ...thing,
  at: index === 1 ? null : new Date(Date.UTC(1969, 11, 31, 23, 59, 59, 999) + index * 1e12),
  bytes: index === 2 ? null : Buffer.from([0, 255, 128, 10, 13, 39, 92]),
  data: index === 0 ? null : { z: [1, 2.5, null], a: { ü: '😀', 'quo"te': "'" } },
}));

async function filled(engine: Engine): Promise<Database> {
  const database = await open(engine);
  await upgrade(database);
  const em = database.em();
  // Inserts the rows without references first, because these form a cycle.
  const Thing = getTestEntity(database);
  for (const { parent: _parent, ...thing } of things) await em.insert(Thing, thing);
  for (const { id, parent } of things) await em.nativeUpdate(Thing, { id }, { parent });
  await em
    .getConnection()
    .execute('insert into things_friends (things_1_id, things_2_id) values (1, 2), (2, 1), (3, 3)');
  return database;
}

/** The cast: the types of the test project's entities are unknown here. */
const getTestEntity = ({ entities }: Database) => entities[0] as EntitySchema<Record<string, unknown>>;

async function checksum(database: Database): Promise<string> {
  const reader = await openTableReader(database);
  const [table] = listTables(database);
  const sum = table ? (await checksumTable(reader, table)).value() : '';
  await reader.close();
  return sum;
}

const pairs = engines.flatMap((from) => engines.map((to) => ({ from, to, skipNote: skipNote(from, to) })));

describe('columns of every kind', () => {
  test.for(pairs)(
    'are the same after a copy from $from to $to, and keys continue$skipNote',
    async ({ from, to }, { skip }) => {
      skip(![from, to].every((engine) => availableEngines.includes(engine)), 'no server answers');
      const [source, target] = [await filled(from), await open(to)];
      await copyDatabase(source, target);
      expect(await checksum(target)).toBe(await checksum(source));
      expect(await target.em().find(getTestEntity(target), {}, { orderBy: { id: 'asc' } })).toMatchObject(
        things.map(({ id, name, ratio, isOn, at, bytes, data }) => ({
          id,
          name,
          ratio,
          isOn,
          at,
          bytes,
          data,
        })),
      );

      const friends = 'select things_1_id as a, things_2_id as b from things_friends order by 1';
      expect(await target.em().getConnection().execute(friends)).toEqual([
        { a: 1, b: 2 },
        { a: 2, b: 1 },
        { a: 3, b: 3 },
      ]);

      const em = target.em();
      const { id: _id, parent: _parent, ...another } = things[0] ?? {};
      expect(await em.insert(getTestEntity(target), another)).toBe(4);
    },
  );

  test('have the same checksum on all engines', async () => {
    const sums = new Set<string>();
    for (const engine of availableEngines) sums.add(await checksum(await filled(engine)));
    expect(sums.size).toBe(1);
  });
});
