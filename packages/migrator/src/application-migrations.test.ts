import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createUserStore,
  type Database,
  DatabaseError,
  openDatabase,
  defaultMigrationsFolder,
  User,
} from '@latchkey/db';
import { insertRowInEveryTable, createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCurrentRevision, downgrade, isUpToDate, findSchemaDrift, upgrade } from './index.ts';

// The migrations of `packages/db`, on every engine.

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await createTemporaryDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

const run = (sql: string): Promise<Record<string, unknown>[]> =>
  database.orm.em.getConnection().execute(sql, [], 'all');

const reasonOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof DatabaseError ? error.reason : error;
};

describe('migrations', () => {
  test('do nothing the second time', async () => {
    await upgrade(database);
    expect(await upgrade(database)).toEqual([]);
    expect(await isUpToDate(database)).toBe(true);
  });

  test('refuse a database of another application, and leave it unchanged', async () => {
    await run('create table users (id integer primary key, name text)');
    await run("insert into users values (1, 'alice')");
    expect(await reasonOf(upgrade(database))).toBe('foreign_tables');
    expect(await run('select * from users')).toEqual([{ id: 1, name: 'alice' }]);
    expect(await readCurrentRevision(database)).toBeNull();
  });

  test('refuse a database of a newer version', async () => {
    await upgrade(database);
    await run("insert into migrations (name) values ('Migration29990101000000_from_the_future')");
    expect(await reasonOf(upgrade(database))).toBe('newer_schema');
    expect(await isUpToDate(database)).toBe(false);
  });

  test.each(['sqlite', 'postgresql', 'mysql'])('of %s each have a down()', async (engine) => {
    const folder = join(defaultMigrationsFolder, engine);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
    expect(files).not.toHaveLength(0);
    for (const file of files)
      expect(await readFile(join(folder, file), 'utf8')).toMatch(
        /override (?:async )?down\(\)[^{]*\{\s*(?:this\.addSql|await)/,
      );
  });

  test('have the same names on every engine', async () => {
    const names = await Promise.all(
      ['sqlite', 'postgresql', 'mysql'].map(async (engine) =>
        (await readdir(join(defaultMigrationsFolder, engine))).filter((file) => file.endsWith('.ts')),
      ),
    );
    expect(names[1]).toEqual(names[0]);
    expect(names[2]).toEqual(names[0]);
  });

  test('can be reverted and run again with rows in every table', async () => {
    const revisions = await upgrade(database);
    expect(await findSchemaDrift(database)).toEqual([]);
    await insertRowInEveryTable(database);
    const users = await createUserStore(database).list();

    for (let steps = 1; steps < revisions.length; steps += 1) {
      const back = await downgrade(database, `-${steps}`);
      expect(back).toEqual(revisions.slice(-steps).toReversed());
      expect((await readCurrentRevision(database))?.name).toBe(revisions.at(-steps - 1));
      expect(await upgrade(database)).toEqual(back.toReversed());
      expect(await findSchemaDrift(database), `after ${steps} down and up`).toEqual([]);
      const kept = await createUserStore(database).list();
      expect(kept.map(({ id, username, email }) => ({ id, username, email }))).toEqual(
        users.map(({ id, username, email }) => ({ id, username, email })),
      );
      await database.em().nativeDelete(User, {});
      await insertRowInEveryTable(database, users[0]?.id);
    }

    expect(await downgrade(database, 'base')).toEqual(revisions.toReversed());
    await expect(run('select * from users')).rejects.toThrow();
    expect(await upgrade(database)).toEqual(revisions);
    expect(await findSchemaDrift(database)).toEqual([]);
    await insertRowInEveryTable(database);
  });

  test('give the same schema one by one as all at once', async () => {
    const revisions: string[] = [];
    for (;;) {
      const [revision] = await upgrade(database, { to: '+1' });
      if (!revision) break;
      revisions.push(revision);
    }
    expect(await findSchemaDrift(database)).toEqual([]);
    for (const revision of revisions.toReversed()) expect(await downgrade(database)).toEqual([revision]);
    expect(await readCurrentRevision(database)).toBeNull();
  });

  test('leave no remember token valid that was used or replaced [T13]', async () => {
    await upgrade(database);
    await insertRowInEveryTable(database);
    const set = (changes: string) => run(`update remember_tokens set ${changes}`);
    const isNull = async (column: string) =>
      (await run(`select id from remember_tokens where ${column} is null`)).length > 0;

    const before = 'Migration20261128123549_credential_version_and_states_of_remember_tokens';
    await set('rotated_at = created_at, replaced_at = null, voided_at = null');
    await downgrade(database, before);
    await upgrade(database);
    expect(await isNull('replaced_at'), 'used').toBe(false);

    await set('rotated_at = null, replaced_at = created_at, voided_at = null');
    await downgrade(database, before);
    expect(await isNull('voided_at'), 'replaced').toBe(false);
  });

  test('are compared with the entities', async () => {
    await upgrade(database);
    await run("alter table users add column shoe_size varchar(8) default 'M'");
    expect(await findSchemaDrift(database)).toMatchObject([
      { kind: 'removed', what: 'column users.shoe_size' },
    ]);
  });
});
