import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '@latchkey/config';
import { type Database, openDatabase } from '@latchkey/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownEntities } from './entities.ts';
import type { Shell } from './shell-scope.ts';
import { show } from './show.ts';

// Inside that package, from where MikroORM can be imported.
const entitiesFolder = join(workspaceRoot, 'packages/db/artifacts', `entities-${crypto.randomUUID()}`);

/** Every kind of reference: of two columns, through a pivot table, and their inverse sides. */
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
  // The cast: printing entities and rows uses only this part of the shell.
  shell = { entities: knownEntities(database), isClient: () => false } as unknown as Shell;
});
afterAll(async () => {
  await database.close();
  await rm(entitiesFolder, { recursive: true });
});

const shown = (value: unknown) => show(value, shell, { width: Infinity, maxRows: Infinity, colors: false });

describe('an entity with references', () => {
  test.each([
    ['Seat', ['row string row primary key', 'place number place primary key', 'guests Guest hidden']],
    ['Play', ['id string id primary key', 'guests Guest']],
    ['Guest', ['id string id primary key', 'seat Seat seat_row, seat_place', 'plays Play']],
  ])('%s is printed with its own columns, and none for a collection', (name, fields) => {
    const lines = shown(shell.entities.byName[name]).split('\n');
    expect(lines.map((line) => line.trim().replace(/ +/g, ' '))).toEqual(expect.arrayContaining(fields));
  });

  test('has rows that are printed with the whole key of a reference', async () => {
    const { Seat, Guest } = shell.entities.byName;
    if (!Seat || !Guest) throw new Error('The entities are missing.');
    await database.orm.schema.create();
    const em = database.em();
    em.create(Guest, { id: 'susan', seat: em.create(Seat, { row: 'C', place: 12 }), plays: [] });
    await em.flush();
    const susan: unknown = await database.em().findOneOrFail(Guest, { id: 'susan' });
    expect(shown(susan)).toMatch(/^seat +C, 12$/m);
    expect(shown([susan])).toContain('C, 12');
  });
});
