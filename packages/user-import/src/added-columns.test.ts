import { type Database, exportUsers, openDatabase } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import { extendApplication, type ExtendedApplication } from '@latchkey/migrator/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseColumnMap } from './column-map.ts';
import { readCsv } from './read-csv.ts';
import { planImport } from './plan-import.ts';
import { validateRows } from './validate-rows.ts';
import { readJsonLines } from './read-json-lines.ts';
import { writeUsers } from './write-users.ts';
import { splitIntoChunks, now } from './testing.ts';
import { userColumns } from './user-columns.ts';

/** Columns that a product adds: one whose name is reserved in SQL, one that other systems use for bans, and each kind. */
const extension = `
User.addProperty('order', 'string', { nullable: true, length: 20 });
User.addProperty('locale', 'string', { default: 'en', length: 8 });
User.addProperty('deletedAt', 'datetime', { nullable: true, length: 3 });
User.addProperty('score', 'integer', { nullable: true });
User.addProperty('isTrial', 'boolean', { default: false });
User.addProperty('settings', 'json', { nullable: true });
User.addProperty('bio', 'text', { nullable: true });
User.addEnum('plan', 'string', { items: ['free', 'pro'], default: 'free' });
User.addProperty('birthday', 'date', { nullable: true });
User.addProperty('balance', 'decimal', { nullable: true, precision: 12, scale: 2 });
User.addProperty('points', 'bigint', { nullable: true });
User.addProperty('avatar', 'blob', { nullable: true });
const columns = { street: p.string().length(100).nullable(), movedAt: p.datetime(3).nullable() };
export const Address = defineEntity({ name: 'Address', embeddable: true, properties: columns });
User.addEmbedded('address', { entity: () => Address, nullable: true });
User.addEmbedded('billing', { entity: () => Address, nullable: true, object: true });
export const Team = defineEntity({ name: 'Team', properties: { id: p.string().length(36).primary() } });
User.addManyToOne('team', 'Team', { entity: () => Team, nullable: true });
export const Region = defineEntity({ name: 'Region', properties: {
  country: p.string().length(2).primary(), code: p.integer().primary() } });
User.addManyToOne('region', 'Region', { entity: () => Region, nullable: true });
export const Note = defineEntity({ name: 'Note', properties: {
  id: p.integer().primary(), author: () => p.manyToOne(User) } });
User.addOneToMany('notes', 'Note', { entity: () => Note, mappedBy: 'author' });
`;

const file = `username,order,locale,deleted_at,score,is_trial,settings,created_at
susan,first,de,2026-05-01T10:00:00.125Z,7,yes,"{""theme"":""dark""}",2026-01-02
sam,,,,,,,2026-01-02
`;

/** The kinds that JSON shows better than CSV. */
const lines = `{"username":"susan","bio":" Hi,\\n\\t👩‍👧 ","plan":"pro","birthday":"1990-02-03","balance":"12.75","points":"9007199254740991","avatar":"AP+A","address_street":"Main St 1","address_moved_at":"2020-01-01T00:00:00.500Z","billing":{"street":"Side St 2","movedAt":"2021-01-01T00:00:00.000Z"},"team_id":"blue","region_country":"DE","region_code":5}
{"username":"sam"}
`;

const susanInLines = {
  username: 'susan',
  bio: ' Hi,\n\t👩‍👧 ',
  plan: 'pro',
  birthday: '1990-02-03',
  balance: '12.75',
  points: 9007199254740991n,
  avatar: Buffer.from([0, 255, 128]),
  address: { street: 'Main St 1', movedAt: new Date('2020-01-01T00:00:00.500Z') },
  billing: { street: 'Side St 2', movedAt: new Date('2021-01-01') },
  teamId: 'blue',
  regionId: ['DE', 5],
};
const samInLines = {
  username: 'sam',
  bio: null,
  plan: 'free',
  birthday: null,
  balance: null,
  points: null,
  avatar: null,
  address: null,
  billing: null,
  teamId: null,
  regionId: null,
};

const susan = {
  username: 'susan',
  isActive: true,
  order: 'first',
  locale: 'de',
  deletedAt: new Date('2026-05-01T10:00:00.125Z'),
  score: 7,
  isTrial: true,
  settings: { theme: 'dark' },
};
const sam = {
  username: 'sam',
  order: null,
  locale: 'en',
  deletedAt: null,
  score: null,
  isTrial: false,
  settings: null,
};

let application: ExtendedApplication;
const temporaryDatabases: TemporaryDatabase[] = [];
const opened: Database[] = [];
beforeEach(async () => {
  application = await extendApplication(extension);
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  for (const temporary of temporaryDatabases.splice(0)) await temporary.remove();
  await application.remove();
});

async function emptyDatabase(): Promise<Database> {
  const temporary = await createTemporaryDatabase();
  temporaryDatabases.push(temporary);
  const database = await openDatabase(temporary.url, application.folders);
  opened.push(database);
  await upgrade(database);
  await runSql(database, "insert into team (id) values ('blue')");
  await runSql(database, "insert into region (country, code) values ('DE', 5)");
  return database;
}

async function importFile(database: Database, text: string, format: 'csv' | 'jsonl'): Promise<string[]> {
  const columns = userColumns(database);
  const options = { name: 'users', separator: null, map: parseColumnMap([], columns) };
  const read = format === 'csv' ? readCsv : readJsonLines;
  const describeHash = () => ({ scheme: 'none', problem: null });
  const rows = validateRows(read(splitIntoChunks(text), options).rows, {
    columns,
    now,
    describeHash,
    dropUnreadablePasswords: false,
  });
  const plan = await planImport(database, rows, { unit: 'line' });
  try {
    await plan.write();
    return [...plan.problems()].map(({ problem }) => problem);
  } finally {
    plan.close();
  }
}

async function usersOf(database: Database) {
  const users = [];
  for await (const page of exportUsers(database)) users.push(...page);
  return users.toSorted((a, b) => (a.username > b.username ? -1 : 1));
}

async function exported(database: Database, format: 'csv' | 'jsonl'): Promise<string> {
  let text = '';
  for await (const some of writeUsers(exportUsers(database), userColumns(database), format)) text += some;
  return text;
}

describe('columns that were added to users', () => {
  test('are imported by their own names, with their defaults', async () => {
    const database = await emptyDatabase();
    expect(await importFile(database, file, 'csv')).toEqual([]);
    expect(await usersOf(database)).toMatchObject([susan, sam]);
  });

  test.each(['csv', 'jsonl'] as const)('are exported as %s and imported without a loss', async (format) => {
    const [from, to] = [await emptyDatabase(), await emptyDatabase()];
    await importFile(from, file, 'csv');
    expect(await importFile(to, await exported(from, format), format)).toEqual([]);
    expect(await usersOf(to)).toEqual(await usersOf(from));
  });

  test('of every kind, with embedded objects and references, are imported', async () => {
    const database = await emptyDatabase();
    expect(await importFile(database, lines, 'jsonl')).toEqual([]);
    expect(await usersOf(database)).toMatchObject([susanInLines, samInLines]);
  });

  test.each(['csv', 'jsonl'] as const)('of every kind survive an export and import as %s', async (format) => {
    const [from, to] = [await emptyDatabase(), await emptyDatabase()];
    await importFile(from, lines, 'jsonl');
    expect(await importFile(to, await exported(from, format), format)).toEqual([]);
    expect(await usersOf(to)).toEqual(await usersOf(from));
  });

  test.each([
    ['a value that its enum lacks', 'plan,gold', 'plan is not one of free, pro'],
    ['a fraction', 'score,1.5', 'score is not a whole number'],
    ['an invalid day', 'birthday,soon', 'birthday is not a day like 2026-01-31'],
    ['an invalid decimal', 'balance,much', 'balance is not a decimal number'],
    ['a part of a key', 'region_country,DE', 'region_code is missing, but region_country is given'],
    ['a missing row', 'team_id,red', 'team_id refers to a row that is missing in team'],
  ])('make a row bad for %s', async (_, pair, problem) => {
    const database = await emptyDatabase();
    const [column, value] = pair.split(',');
    const text = `username,${column ?? ''}\nsusan,${value ?? ''}\n`;
    expect(await importFile(database, text, 'csv')).toEqual([problem]);
    expect(await usersOf(database)).toEqual([]);
  });

  test('are exported from SQLite only with exact numbers', async () => {
    const database = await emptyDatabase();
    await importFile(database, '{"username":"susan","points":"9007199254740993"}', 'jsonl');
    const text = exported(database, 'csv');
    if (database.engine === 'sqlite') await expect(text).rejects.toMatchObject({ reason: 'inexact_number' });
    else expect(await text).toContain('9007199254740993');
  });

  test('make a row bad when their value does not fit', async () => {
    const database = await emptyDatabase();
    expect(await importFile(database, 'username,score,locale\nsusan,many,de-CH-1901\n', 'csv')).toEqual([
      'locale is longer than 8 characters; score is not a whole number',
    ]);
  });
});
