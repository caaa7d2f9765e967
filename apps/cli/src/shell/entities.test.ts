import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '@latchkey/config';
import { openDatabase, type Database } from '@latchkey/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownEntities } from './entities.ts';
import type { Shell } from './shell-scope.ts';
import { show } from './show.ts';

// Within that package: entities import MikroORM, which is found from there.
const entitiesFolder = join(workspaceRoot, 'packages/db/artifacts', `entities-${crypto.randomUUID()}`);

/** Every way in which entities know each other: by two columns, by a table in between, and the ways back. */
const theatre = `
  import { defineEntity, p } from '@mikro-orm/core';
  export const Seat = defineEntity({ name: 'Seat', tableName: 'seats', properties: {
    row: p.string().primary(), place: p.integer().primary(),
    guests: () => p.oneToMany(Guest).mappedBy('seat').hidden() } });
  export const Play = defineEntity({ name: 'Play', tableName: 'plays', properties: {
    id: p.string().primary(), guests: () => p.manyToMany(Guest).mappedBy('plays') } });
  export const Guest = defineEntity({ name: 'Guest', tableName: 'guests', properties: {
    id: p.string().primary(), seat: () => p.manyToOne(Seat), plays: () => p.manyToMany(Play).owner() } });
`;

let database: Database;
let shell: Shell;
beforeAll(async () => {
  await mkdir(entitiesFolder, { recursive: true });
  await writeFile(join(entitiesFolder, 'theatre.ts'), theatre);
  database = await openDatabase('sqlite::memory:', { entitiesFolder });
  // The cast: of a shell, showing entities and their rows uses this only.
  shell = { entities: knownEntities(database), isClient: () => false } as unknown as Shell;
});
afterAll(async () => {
  await database.close();
  await rm(entitiesFolder, { recursive: true });
});

const shown = (value: unknown) => show(value, shell, { width: Infinity, height: Infinity, colors: false });

describe('an entity whose rows know others', () => {
  test.each([
    ['Seat', ['row string row key', 'place number place key', 'guests Guest hidden']],
    ['Play', ['id string id key', 'guests Guest']],
    ['Guest', ['id string id key', 'seat Seat seat_row, seat_place', 'plays Play']],
  ])('%s is shown with its own columns, and without one for a collection', (name, fields) => {
    const lines = shown(shell.entities.byName[name]).split('\n');
    expect(lines.map((line) => line.trim().replace(/ +/g, ' '))).toEqual(expect.arrayContaining(fields));
  });

  test('has rows that are shown by the whole key of what they refer to', async () => {
    const { Seat, Guest } = shell.entities.byName;
    if (!Seat || !Guest) throw new Error('There are no such entities.');
    await database.orm.schema.create();
    const em = database.em();
    em.create(Guest, { id: 'susan', seat: em.create(Seat, { row: 'C', place: 12 }), plays: [] });
    await em.flush();
    const susan: unknown = await database.em().findOneOrFail(Guest, { id: 'susan' });
    expect(shown(susan)).toMatch(/^seat +C, 12$/m);
    expect(shown([susan])).toContain('C, 12');
  });
});
