import type { EntitySchema } from '@mikro-orm/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Database } from '@latchkey/db';
import { openRowWriter, storedProperties } from '@latchkey/db/sql';
import { insertRowInEveryTable } from '@latchkey/db/testing';
import { queryRows, createTemporaryProject, type TemporaryProject } from '@latchkey/migrator/testing';

let project: TemporaryProject;
let database: Database;

/** All kinds of relations: with a composite key, with a join table, one-to-one, and their inverse sides. */
beforeEach(async () => {
  project = await createTemporaryProject();
  await project.write({
    Seat: `
      row: p.string().length(36).primary(),
      guests: () => p.oneToMany(Guest).mappedBy('seat'),`,
    Play: `
      name: p.string().length(80),
      guests: () => p.manyToMany(Guest).mappedBy('plays'),`,
    Guest: `
      name: p.string().length(80),
      seat: () => p.manyToOne(Seat),
      hat: () => p.oneToOne(Hat).owner(),
      plays: () => p.manyToMany(Play).owner(),`,
    Hat: `
      guest: () => p.oneToOne(Guest).mappedBy('hat'),`,
  });
  await project.migrate();
  database = await project.upgraded();
});
afterEach(() => project.remove());

function entityNamed(name: string): EntitySchema {
  const entity = database.entities.find(({ meta }) => meta.className === name);
  if (!entity) throw new Error(`No entity ${name} exists.`);
  return entity;
}

describe('entities with all kinds of relations', () => {
  test('have stored properties for their columns, and none for collections', () => {
    const namesOf = (name: string) =>
      storedProperties(database.orm.getMetadata(entityNamed(name))).map((property) => property.name);
    expect(namesOf('Seat')).toEqual(['id', 'row']);
    expect(namesOf('Play')).toEqual(['id', 'name']);
    expect(namesOf('Guest')).toEqual(['id', 'name', 'seat', 'hat']);
    expect(namesOf('Hat')).toEqual(['id']);
  });

  test('can be written as rows, with both columns of a composite key', async () => {
    const writer = await openRowWriter(database);
    await writer.insertAll([
      { entity: entityNamed('Seat'), rows: [{ id: 12, row: 'C' }] },
      { entity: entityNamed('Play'), rows: [{ id: 1, name: 'The Seagull' }] },
      { entity: entityNamed('Hat'), rows: [{ id: 5 }] },
      { entity: entityNamed('Guest'), rows: [{ id: 3, name: 'Susan', seat: [12, 'C'], hat: 5 }] },
    ]);
    expect(await queryRows(database, 'select * from guests')).toEqual([
      { id: 3, name: 'Susan', seat_id: 12, seat_row: 'C', hat_id: 5 },
    ]);
  });

  test('get a row in every table, including join tables', async () => {
    await insertRowInEveryTable(database, 'C');
    expect(await queryRows(database, 'select * from guests')).toEqual([
      { id: 7, name: 'name C', seat_id: 7, seat_row: 'C', hat_id: 7 },
    ]);
    expect(await queryRows(database, 'select * from guests_plays')).toEqual([{ guest_id: 7, play_id: 7 }]);
  });
});

test('a table of many columns is written in statements within the limit of values', async () => {
  const columns = Array.from({ length: 40 }, (_, index) => `column${index}`);
  const wide = await createTemporaryProject();
  onTestFinished(() => wide.remove());
  await wide.write({ Wide: columns.map((name) => `${name}: p.integer(),`).join('\n') });
  await wide.migrate();
  const opened = await wide.upgraded();
  const entity = opened.entities.find(({ meta }) => meta.className === 'Wide');
  if (!entity) throw new Error('No entity Wide exists.');
  const rows = Array.from({ length: 2500 }, (_, row) => ({
    id: row + 1,
    ...Object.fromEntries(columns.map((name, column) => [name, row + column])),
  }));
  await (await openRowWriter(opened)).insertAll([{ entity, rows }]);
  const [written] = await queryRows(opened, 'select count(*) as "rows", sum(column39) as "sum" from wides');
  expect([Number(written?.rows), Number(written?.sum)]).toEqual([2500, (2500 * 2499) / 2 + 39 * 2500]);
});
