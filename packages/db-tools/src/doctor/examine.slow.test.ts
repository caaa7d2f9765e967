import { chmod, open, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCopyProgress } from '../copy/copy-progress.ts';
import { type Database, type Engine, engines, openDatabase } from '@latchkey/db';
import { commitToDisk } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import {
  availableEngines,
  createFilledDatabase,
  createTestDatabase,
  skipNote,
  type TestDatabase,
} from '../test-databases.fixture.ts';
import { examine } from './examine.ts';

let testDatabase: TestDatabase | null = null;
let database: Database | null = null;

async function filled(engine: Engine): Promise<Database> {
  testDatabase = await createFilledDatabase(engine, 30);
  await commitToDisk({ engine, url: testDatabase.url });
  database = await openDatabase(testDatabase.url);
  return database;
}

beforeEach(() => {
  [testDatabase, database] = [null, null];
});

afterEach(async () => {
  await database?.close();
  await testDatabase?.remove();
});

const execute = (examined: Database, sql: string): Promise<Record<string, unknown>[]> =>
  examined.orm.em.getConnection().execute(sql);

const problemsOf = async (examined: Database) =>
  (await examine(examined)).findings
    .filter(({ level }) => level === 'wrong')
    .map(({ check, found, todo }) => `${check}: ${found} → ${todo}`);

describe('the doctor', () => {
  const onEach = engines.map((engine) => ({ engine, skipNote: skipNote(engine) }));

  test.for(onEach)(
    'finds no problems in a healthy database on $engine, and reads its sizes$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const examined = await filled(engine);
      const { findings, isHealthy, tables, version } = await examine(examined);
      expect(findings.filter(({ level }) => level === 'wrong')).toEqual([]);
      expect(isHealthy).toBe(true);
      expect(version).toMatch(/^(SQLite|PostgreSQL|MariaDB|MySQL) \d/);
      expect(tables.map(({ rows }) => rows)).toEqual(Array.from({ length: 8 }, () => 30));
      expect(tables.every(({ bytes }) => bytes !== null && bytes > 0)).toBe(true);
      expect(findings.find(({ check }) => check === 'schema')).toMatchObject({ level: 'fine' });
    },
  );

  test.for(onEach)(
    'finds columns, indexes and tables on $engine that no entity defines$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const examined = await filled(engine);
      await execute(examined, 'alter table users add shoe_size integer null');
      await execute(examined, 'create index manual_index on users (created_at)');
      await execute(examined, 'create table other_notes (id integer)');
      const { findings } = await examine(examined);
      expect(findings.filter(({ level }) => level === 'wrong').map(({ found }) => found)).toEqual([
        expect.stringContaining('shoe_size'),
      ]);
      const notes = findings.filter(({ check, level }) => level === 'note' && /schema|tables/.test(check));
      expect(notes.map(({ found }) => found)).toEqual([
        'index manual_index on users is not defined by an entity',
        'table other_notes does not belong to this application',
      ]);
    },
  );

  test.for(onEach)(
    'counts rows with invalid references on $engine$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const examined = await filled(engine);
      if (engine === 'postgresql') {
        await execute(examined, 'alter table mailed_links drop constraint mailed_links_user_id_foreign');
        await execute(examined, "update mailed_links set user_id = 'unknown' where id like '%1'");
      } else {
        await withoutForeignKeys(examined, "update mailed_links set user_id = 'unknown' where id like '%1'");
      }
      expect(await problemsOf(examined)).toContainEqual(
        expect.stringContaining(
          'references: 3 rows of mailed_links refer by user_id to missing rows of users',
        ),
      );
    },
  );

  test('explains what to do about pending migrations', async () => {
    testDatabase = await createTestDatabase('sqlite');
    database = await openDatabase(testDatabase.url);
    await upgrade(database, { to: '+1' });
    expect(await problemsOf(database)).toEqual([
      expect.stringMatching(/^pending migrations: .* → Run: pnpm db upgrade$/),
    ]);
  });

  test('examines an empty database', async () => {
    testDatabase = await createTestDatabase('sqlite');
    database = await openDatabase(testDatabase.url);
    const { isHealthy, tables } = await examine(database);
    expect({ isHealthy, tables }).toEqual({ isHealthy: false, tables: [] });
  });

  test.each([
    [
      'edited',
      "update migration_journal set checksum = 'another'",
      /^edited migrations: .* → Restore the file/,
    ],
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
  ])('explains what to do about migrations that are %s', async (_state, sql, sentence) => {
    const examined = await filled('sqlite');
    await execute(examined, sql);
    expect(await problemsOf(examined)).toContainEqual(expect.stringMatching(sentence));
  });

  test('finds an interrupted copy', async () => {
    const examined = await filled('sqlite');
    await openCopyProgress(examined).begin('elsewhere');
    expect(await problemsOf(examined)).toEqual([
      expect.stringMatching(/^copy: The copy from elsewhere was interrupted/),
    ]);
  });

  test('finds a damaged page', async () => {
    const examined = await filled('sqlite');
    await examined.close();
    const url = testDatabase?.url ?? '';
    const path = url.slice('sqlite:'.length);
    const file = await open(path, 'r+');
    // Damages the last page, which contains rows, not the schema on the first page.
    const { length } = await readFile(path);
    await file.write(Buffer.alloc(2048, 0xff), 0, 2048, length - 2048);
    await file.close();
    database = await openDatabase(url);
    expect((await examine(database)).isHealthy).toBe(false);
    expect(await problemsOf(database)).toContainEqual(expect.stringContaining('pnpm db restore'));
  });

  test('notes a file without write-ahead log, and does not change its mode', async () => {
    const examined = await filled('sqlite');
    await execute(examined, 'pragma journal_mode = delete');
    await examined.close();
    database = await openDatabase(testDatabase?.url ?? '', { readOnly: true });
    const { findings, isHealthy } = await examine(database);
    expect(isHealthy).toBe(true);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'setting journal_mode', level: 'note', found: 'delete' }),
    );
    expect(await execute(database, 'pragma journal_mode')).toEqual([{ journal_mode: 'delete' }]);
  });

  test.for(onEach)(
    'does not report settings on $engine that the application overrides$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const examined = await filled(engine);
      const { findings } = await examine(examined);
      const settings = findings.filter(({ check }) => check.startsWith('setting '));
      const names = settings.map(({ check }) => check.slice('setting '.length).toLowerCase());
      expect(names).not.toEqual([]);
      for (const name of ['synchronous', 'foreign_keys', 'busy_timeout', 'timezone', 'time_zone']) {
        expect(names).not.toContain(name);
      }
    },
  );

  test.for(onEach.filter(({ engine }) => engine === 'mysql'))(
    'reports the SQL mode of the $engine server, not of the connection$skipNote',
    async (_engine, { skip }) => {
      skip(!availableEngines.includes('mysql'), 'no server answers');
      const examined = await filled('mysql');
      const [modes] = await execute(
        examined,
        'select @@global.sql_mode as server, @@session.sql_mode as session',
      );
      // Otherwise the test cannot distinguish them.
      skip(modes?.['server'] === modes?.['session'], 'the server has the same mode as the application');
      expect((await examine(examined)).findings).toContainEqual(
        expect.objectContaining({ check: 'setting sql_mode', found: modes?.['server'] }),
      );
    },
  );

  test('notes a file that other users can read', async () => {
    const examined = await filled('sqlite');
    await chmod(examined.location, 0o644);
    expect((await examine(examined)).findings).toContainEqual(
      expect.objectContaining({ check: 'file mode', level: 'note', found: '0644' }),
    );
  });
});

async function withoutForeignKeys(examined: Database, sql: string): Promise<void> {
  if (examined.engine === 'sqlite') {
    await execute(examined, 'pragma foreign_keys = off');
    await execute(examined, sql);
    await execute(examined, 'pragma foreign_keys = on');
    return;
  }
  await examined.em().transactional(async (em) => {
    const transaction = em.getTransactionContext();
    for (const one of ['set session foreign_key_checks = 0', sql, 'set session foreign_key_checks = 1']) {
      await em.getConnection().execute(one, [], 'run', transaction);
    }
  });
}
