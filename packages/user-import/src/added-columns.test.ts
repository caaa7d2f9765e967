import { type Database, exportUsers, openDatabase } from '@latchkey/db';
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
export const Note = defineEntity({ name: 'Note', properties: {
  id: p.integer().primary(), author: () => p.manyToOne(User) } });
User.addOneToMany('notes', 'Note', { entity: () => Note, mappedBy: 'author' });
`;

const file = `username,order,locale,deleted_at,score,is_trial,settings,created_at
susan,first,de,2026-05-01T10:00:00.125Z,7,yes,"{""theme"":""dark""}",2026-01-02
sam,,,,,,,2026-01-02
`;

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

  test('make a row bad when their value does not fit', async () => {
    const database = await emptyDatabase();
    expect(await importFile(database, 'username,score,locale\nsusan,many,de-CH-1901\n', 'csv')).toEqual([
      'locale is longer than 8 characters; score is "many"; expected a number',
    ]);
  });
});
