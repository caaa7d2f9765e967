import { chmod, open, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyProgress } from '../copy/copy-progress.ts';
import { type Database, type Engine, engines, openDatabase } from '@latchkey/db';
import { upgrade } from '@latchkey/migrator';
import {
  answering,
  createFilledDatabase,
  createTestDatabase,
  onServer,
  why,
  type TestDatabase,
} from '../test-databases.fixture.ts';
import { examine } from './examine.ts';

let testDatabase: TestDatabase | null = null;
let database: Database | null = null;

async function filled(engine: Engine): Promise<Database> {
  testDatabase = await createFilledDatabase(engine, 30);
  if (engine === 'postgresql') await commitToDisk(testDatabase);
  database = await openDatabase(testDatabase.url);
  return database;
}

/** As the server is set. Other tests do not wait for the disk. */
const commitToDisk = ({ url }: TestDatabase) =>
  onServer('postgresql', (run) =>
    run(`alter database ${new URL(url).pathname.slice(1)} reset synchronous_commit`),
  );

beforeEach(() => {
  [testDatabase, database] = [null, null];
});

afterEach(async () => {
  await database?.close();
  await testDatabase?.remove();
});

const execute = (where: Database, sql: string): Promise<Record<string, unknown>[]> =>
  where.orm.em.getConnection().execute(sql);

const problemsOf = async (where: Database) =>
  (await examine(where)).findings
    .filter(({ level }) => level === 'wrong')
    .map(({ check, found, todo }) => `${check}: ${found} → ${todo}`);

describe('the doctor', () => {
  const onEach = engines.map((engine) => ({ engine, why: why(engine) }));

  test.for(onEach)(
    'finds nothing wrong with a healthy database on $engine, and knows its sizes$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const where = await filled(engine);
      const { findings, isHealthy, tables, version } = await examine(where);
      expect(findings.filter(({ level }) => level === 'wrong')).toEqual([]);
      expect(isHealthy).toBe(true);
      expect(version).toMatch(/^(SQLite|PostgreSQL|MariaDB|MySQL) \d/);
      expect(tables.map(({ rows }) => rows)).toEqual(Array.from({ length: 8 }, () => 30));
      expect(tables.every(({ bytes }) => bytes !== null && bytes > 0)).toBe(true);
      expect(findings.find(({ check }) => check === 'schema')).toMatchObject({ level: 'fine' });
    },
  );

  test.for(onEach)(
    'sees a column and an index on $engine that no entity asks for, and a table that is not ours$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const where = await filled(engine);
      await execute(where, 'alter table users add shoe_size integer null');
      await execute(where, 'create index users_by_hand on users (created_at)');
      await execute(where, 'create table notes_of_mine (id integer)');
      const { findings } = await examine(where);
      expect(findings.filter(({ level }) => level === 'wrong').map(({ found }) => found)).toEqual([
        expect.stringContaining('shoe_size'),
      ]);
      const notes = findings.filter(({ check, level }) => level === 'note' && /schema|tables/.test(check));
      expect(notes.map(({ found }) => found)).toEqual([
        'index users_by_hand on users is asked for by no entity',
        'table notes_of_mine is not of this application',
      ]);
    },
  );

  test.for(onEach)('on $engine counts rows that refer to nothing$why', async ({ engine }, { skip }) => {
    skip(!answering.includes(engine), 'no server answers');
    const where = await filled(engine);
    if (engine === 'postgresql') {
      await execute(where, 'alter table mailed_links drop constraint mailed_links_user_id_foreign');
      await execute(where, "update mailed_links set user_id = 'nobody' where id like '%1'");
    } else {
      await withoutForeignKeys(where, "update mailed_links set user_id = 'nobody' where id like '%1'");
    }
    expect(await problemsOf(where)).toContainEqual(
      expect.stringContaining('references: 3 rows of mailed_links refer by user_id to rows of users'),
    );
  });

  test('says what to do with migrations that are pending', async () => {
    testDatabase = await createTestDatabase('sqlite');
    database = await openDatabase(testDatabase.url);
    await upgrade(database, { to: '+1' });
    expect(await problemsOf(database)).toEqual([
      expect.stringMatching(/^pending migrations: .* → Run: pnpm db upgrade$/),
    ]);
  });

  test('looks at an empty database without falling over', async () => {
    testDatabase = await createTestDatabase('sqlite');
    database = await openDatabase(testDatabase.url);
    const { isHealthy, tables } = await examine(database);
    expect({ isHealthy, tables }).toEqual({ isHealthy: false, tables: [] });
  });

  test.each([
    ['edited', "update migration_journal set checksum = 'another'", /^edited migrations: .* → Put it back/],
    [
      'interrupted',
      "update migration_journal set direction = 'up', done = 1, done_checksum = 'x'",
      /^interrupted migration: .* → To continue: pnpm db upgrade --resume/,
    ],
    [
      'unknown',
      "insert into migrations (name) values ('Migration29990101000000_newer')",
      /^unknown migrations: Migration29990101000000_newer/,
    ],
  ])('says what to do with migrations that are %s', async (_how, sql, sentence) => {
    const where = await filled('sqlite');
    await execute(where, sql);
    expect(await problemsOf(where)).toContainEqual(expect.stringMatching(sentence));
  });

  test('sees a copy that was interrupted', async () => {
    const where = await filled('sqlite');
    await copyProgress(where).begin('elsewhere');
    expect(await problemsOf(where)).toEqual([
      expect.stringMatching(/^copy: A copy from elsewhere was interrupted/),
    ]);
  });

  test('sees a damaged page', async () => {
    const where = await filled('sqlite');
    await where.close();
    const url = testDatabase?.url ?? '';
    const path = url.slice('sqlite:'.length);
    const file = await open(path, 'r+');
    // The first page tells that it is a database and what is in it: behind it are the rows.
    const { length } = await readFile(path);
    await file.write(Buffer.alloc(2048, 0xff), 0, 2048, length - 2048);
    await file.close();
    database = await openDatabase(url);
    expect((await examine(database)).isHealthy).toBe(false);
    expect(await problemsOf(database)).toContainEqual(expect.stringContaining('pnpm db restore'));
  });

  test('notes a file that has no write-ahead log, and does not switch to one', async () => {
    const where = await filled('sqlite');
    await execute(where, 'pragma journal_mode = delete');
    await where.close();
    database = await openDatabase(testDatabase?.url ?? '', { readOnly: true });
    const { findings, isHealthy } = await examine(database);
    expect(isHealthy).toBe(true);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'setting journal_mode', level: 'note', found: 'delete' }),
    );
    expect(await execute(database, 'pragma journal_mode')).toEqual([{ journal_mode: 'delete' }]);
  });

  test.for(onEach)(
    'says of no setting on $engine how it is where the application sets it for itself$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const where = await filled(engine);
      const { findings } = await examine(where);
      const settings = findings.filter(({ check }) => check.startsWith('setting '));
      const names = settings.map(({ check }) => check.slice('setting '.length).toLowerCase());
      expect(names).not.toEqual([]);
      for (const name of ['synchronous', 'foreign_keys', 'busy_timeout', 'timezone', 'time_zone']) {
        expect(names).not.toContain(name);
      }
    },
  );

  test.for(onEach.filter(({ engine }) => engine === 'mysql'))(
    'says of the $engine server how strict it is with others, not with the application$why',
    async (_engine, { skip }) => {
      skip(!answering.includes('mysql'), 'no server answers');
      const where = await filled('mysql');
      const [modes] = await execute(where, 'select @@global.sql_mode as others, @@session.sql_mode as ours');
      // Else nobody could tell which of them was read.
      skip(modes?.['others'] === modes?.['ours'], 'the server has the same mode as the application');
      expect((await examine(where)).findings).toContainEqual(
        expect.objectContaining({ check: 'setting sql_mode', found: modes?.['others'] }),
      );
    },
  );

  test('notes a file that others may read', async () => {
    const where = await filled('sqlite');
    await chmod(where.location, 0o644);
    expect((await examine(where)).findings).toContainEqual(
      expect.objectContaining({ check: 'file mode', level: 'note', found: '0644' }),
    );
  });
});

async function withoutForeignKeys(where: Database, sql: string): Promise<void> {
  if (where.engine === 'sqlite') {
    await execute(where, 'pragma foreign_keys = off');
    await execute(where, sql);
    await execute(where, 'pragma foreign_keys = on');
    return;
  }
  await where.em().transactional(async (em) => {
    const transaction = em.getTransactionContext();
    for (const one of ['set session foreign_key_checks = 0', sql, 'set session foreign_key_checks = 1']) {
      await em.getConnection().execute(one, [], 'run', transaction);
    }
  });
}
