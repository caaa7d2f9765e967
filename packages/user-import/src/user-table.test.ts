import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '@latchkey/db';
import { temporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import { openUserTable } from './open-user-table.ts';
import type { UserRow } from './user-table.ts';

// In the package folder, from which the entities can import MikroORM.
const entitiesFolder = join(import.meta.dirname, '../artifacts', `entities-${crypto.randomUUID()}`);

/** Entities of an application: notes with an author, the list of them at the user, and a column named by an SQL keyword. */
const applicationEntities = `
  import { defineEntity, p } from '@mikro-orm/core';
  import { User } from '@latchkey/db';
  export * from '@latchkey/db';
  export const Note = defineEntity({ name: 'Note', properties: {
    id: p.integer().primary(), author: () => p.manyToOne(User) } });
  User.addOneToMany('notes', 'Note', { entity: () => Note, mappedBy: 'author' });
  User.addProperty('order', 'string', { nullable: true });
`;

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  await mkdir(entitiesFolder, { recursive: true });
  await writeFile(join(entitiesFolder, 'all.ts'), applicationEntities);
  temporary = await temporaryDatabase();
  database = await openDatabase(temporary.url, { entitiesFolder });
  await upgrade(database);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
  await rm(entitiesFolder, { recursive: true });
});

const at = new Date('2026-11-23T12:00:00.123Z');
const susan: UserRow & { order: string } = {
  id: crypto.randomUUID(),
  username: 'susan',
  usernameKey: 'susan',
  email: null,
  emailKey: null,
  emailVerifiedAt: null,
  pendingEmail: null,
  pendingEmailKey: null,
  passwordHash: 'hash',
  passwordChangedAt: null,
  role: 'user',
  isActive: true,
  createdAt: at,
  updatedAt: at,
  deleteAfter: null,
  tokenTheftDetectedAt: null,
  order: 'first',
};

const run = (sql: string): Promise<Record<string, unknown>[]> => database.em().getConnection().execute(sql);

test('users are imported into a table with additional columns and relations', async () => {
  const quote = database.engine === 'mysql' ? '`' : '"';
  const column = `${quote}order${quote}`;
  await run(`alter table users add ${column} varchar(20) null`);
  const table = await openUserTable(database);
  await table.insertAll([[susan]], () => undefined);
  expect(await run(`select username, ${column} from users`)).toEqual([{ username: 'susan', order: 'first' }]);
});
