import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Database, type Engine, engines, openDatabase, Session, User } from '@latchkey/db';
import { copyProgressTable } from '@latchkey/db/sql';
import { startProxy } from '@latchkey/db/testing';
import { requireUsable, upgrade } from '@latchkey/migrator';
import {
  availableEngines,
  createFilledDatabase,
  createTestDatabase,
  fillTables,
  skipNote,
  type TestDatabase,
} from '../test-databases.fixture.ts';
import { copyDatabase, checksumTable } from './copy-database.ts';
import { openTableReader } from './open-tables.ts';
import { listTables } from './tables.ts';

const testDatabases: TestDatabase[] = [];
const opened: Database[] = [];

const empty = async (engine: Engine): Promise<Database> => open(await createTestDatabase(engine));

const filled = async (engine: Engine, rows: number): Promise<Database> =>
  open(await createFilledDatabase(engine, rows));

async function open(testDatabase: TestDatabase): Promise<Database> {
  testDatabases.push(testDatabase);
  const database = await openDatabase(testDatabase.url);
  opened.push(database);
  return database;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await Promise.all(testDatabases.splice(0).map((testDatabase) => testDatabase.remove()));
});

const reasonOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Error && 'reason' in error ? error.reason : error;
};

const execute = (database: Database, sql: string) =>
  database.orm.em.getConnection().execute<Record<string, unknown>[]>(sql);

async function checksums(database: Database): Promise<string[]> {
  const reader = await openTableReader(database);
  const sums: string[] = [];
  for (const table of listTables(database)) {
    const sum = await checksumTable(reader, table);
    sums.push(`${table.name} ${sum.rows} ${sum.value()}`);
  }
  await reader.close();
  return sums;
}

const pairs = engines.flatMap((from) => engines.map((to) => ({ from, to, skipNote: skipNote(from, to) })));

describe('a copy', () => {
  test.for(pairs)('from $from to $to has all values of all rows$skipNote', async ({ from, to }, { skip }) => {
    skip(![from, to].every((engine) => availableEngines.includes(engine)), 'no server answers');
    const source = await filled(from, 450);
    const target = await empty(to);
    const copied = await copyDatabase(source, target);

    expect(copied.map(({ table, rows }) => [table, rows])).toEqual(
      listTables(source).map(({ name }) => [name, 450]),
    );
    expect(await checksums(target)).toEqual(await checksums(source));
    const users = (database: Database) => database.em().find(User, {}, { orderBy: { id: 'asc' }, limit: 50 });
    expect(JSON.stringify(await users(target))).toBe(JSON.stringify(await users(source)));
    const sessions = (database: Database) =>
      database.em().find(Session, {}, { orderBy: { id: 'asc' }, limit: 50 });
    expect(await sessions(target)).toEqual(await sessions(source));
    await expect(execute(target, `select 1 from ${copyProgressTable}`)).rejects.toThrow(copyProgressTable);
  });

  test(`to SQLite rounds the expiry of sessions to seconds${skipNote('postgresql')}`, async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const source = await filled('postgresql', 3);
    await execute(source, "update sessions set expires_at = expires_at + interval '999 milliseconds'");
    const target = await empty('sqlite');
    await copyDatabase(source, target);
    const expiryTimes = async (database: Database) =>
      (await database.em().find(Session, {}, { orderBy: { id: 'asc' } })).map(({ expiresAt }) =>
        expiresAt.getTime(),
      );
    expect(await expiryTimes(target)).toEqual((await expiryTimes(source)).map((end) => end - 999));
  });

  test('copies referenced tables first', async () => {
    const names = listTables(await empty('sqlite')).map(({ name }) => name);
    expect(names.indexOf('users')).toBeLessThan(names.indexOf('remembered_browsers'));
    expect(names.indexOf('remembered_browsers')).toBeLessThan(names.indexOf('sessions'));
  });

  test('reads a snapshot of the source', async () => {
    const source = await filled('sqlite', 500);
    const target = await empty('sqlite');
    let deleting: Promise<unknown> | null = null;
    let wasDeletedMeanwhile = false;
    const copied = await copyDatabase(source, target, {
      onProgress: (what, done) => {
        if (done === 0) return;
        deleting ??= execute(source, 'delete from security_events').then(() => {
          wasDeletedMeanwhile = what === 'copying';
        });
      },
    });
    expect(wasDeletedMeanwhile).toBe(true);
    expect(copied.find(({ table }) => table === 'security_events')).toMatchObject({ rows: 500 });
    expect(await execute(source, 'select count(*) as events from security_events')).toEqual([{ events: 0 }]);
  });

  const onServers = engines
    .filter((engine) => engine !== 'sqlite')
    .map((engine) => ({ engine, skipNote: skipNote(engine) }));
  const openThroughProxy = async (engine: Engine, rows: number) => {
    const testDatabase = await createTestDatabase(engine);
    testDatabases.push(testDatabase);
    const proxy = await startProxy(testDatabase.url);
    const database = await openDatabase(proxy.url);
    opened.push(database);
    if (rows > 0) await fillTables(database, rows);
    return { database, proxy };
  };

  test.for(onServers)('from $engine reports a lost connection$skipNote', async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const { database, proxy } = await openThroughProxy(engine, 450);
    const stopping: Promise<void>[] = [];
    const cut = copyDatabase(database, await empty('sqlite'), {
      onProgress: (_what, done) => {
        if (done > 0 && stopping.length === 0) stopping.push(proxy.stop());
      },
    });
    expect(await reasonOf(cut)).toBe('connection_lost');
    await Promise.all(stopping);
  });

  test.for(onServers)('to $engine reports a lost connection$skipNote', async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const { database, proxy } = await openThroughProxy(engine, 0);
    const stopping: Promise<void>[] = [];
    const cut = copyDatabase(await filled('sqlite', 450), database, {
      onProgress: (_what, done) => {
        if (done > 0 && stopping.length === 0) stopping.push(proxy.stop());
      },
    });
    expect(await reasonOf(cut)).toBe('connection_lost');
    await Promise.all(stopping);
  });

  test.for(onServers)(
    'of $engine that cannot start releases its connection$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const { database, proxy } = await openThroughProxy(engine, 1);
      const stopped = proxy.stop();
      expect(await reasonOf(openTableReader(database))).toBe('connection_lost');
      await stopped;
      // It waits until all connections are released.
      await database.close();
    },
  );

  test('has at most 5000 rows in memory', async () => {
    const source = await filled('sqlite', 20_000);
    const reader = await openTableReader(source);
    const sizes: number[] = [];
    for await (const page of reader.pages(listTables(source)[0] ?? missingTable())) sizes.push(page.length);
    await reader.close();
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5000);
  });

  test('has fewer rows in memory when they are large', async () => {
    const source = await filled('sqlite', 300);
    await execute(source, "update development_mails set text = replace(hex(zeroblob(50000)), '0', 'x')");
    const mails = listTables(source).find(({ name }) => name === 'development_mails') ?? missingTable();
    const reader = await openTableReader(source);
    const sizes: number[] = [];
    for await (const page of reader.pages(mails)) sizes.push(page.length);
    await reader.close();
    expect(sizes.slice(1).every((size) => size <= 20)).toBe(true);
  });
});

describe('an interrupted copy', () => {
  test.for(engines.map((to) => ({ to, skipNote: skipNote(to) })))(
    'to $to blocks the database until it is resumed, and is complete then$skipNote',
    async ({ to }, { skip }) => {
      skip(!availableEngines.includes(to), 'no server answers');
      const source = await filled('sqlite', 450);
      const target = await empty(to);
      const interrupted = copyDatabase(source, target, {
        onProgress: (_what, done) => {
          if (done > 700) throw new Error('interrupted');
        },
      });
      await expect(interrupted).rejects.toThrow('interrupted');

      expect(await reasonOf(copyDatabase(source, target))).toBe('interrupted_copy');
      expect(await reasonOf(requireUsable(target))).toBe('interrupted_copy');
      expect(await reasonOf(copyDatabase(target, await empty('sqlite')))).toBe('interrupted_copy');
      const begins: number[] = [];
      await copyDatabase(source, target, { resume: true, onProgress: (_what, done) => begins.push(done) });
      expect(begins.find((done) => done > 0)).toBeGreaterThanOrEqual(450);
      expect(await checksums(target)).toEqual(await checksums(source));
      await requireUsable(target);
      expect(await reasonOf(copyDatabase(source, target, { resume: true }))).toBe('nothing_interrupted');
    },
  );

  test('by a killed process continues after the last written rows', async () => {
    const source = await filled('sqlite', 450);
    const target = await empty('sqlite');
    const script = `
      import { openDatabase } from ${JSON.stringify(import.meta.resolve('@latchkey/db'))};
      import { copyDatabase } from ${JSON.stringify(import.meta.resolve('../index.ts'))};
      const [source, target] = [${[source, target].map(({ location }) => `await openDatabase('sqlite:' + ${JSON.stringify(location)})`).join()}];
      await copyDatabase(source, target, {
        onProgress: (what, done) => {
          if (done > 700) process.kill(process.pid, 'SIGKILL');
        },
      });
    `;
    const killed = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    await expect(killed).rejects.toMatchObject({ signal: 'SIGKILL' });

    expect(await reasonOf(copyDatabase(source, target))).toBe('interrupted_copy');
    await copyDatabase(source, target, { resume: true });
    expect(await checksums(target)).toEqual(await checksums(source));
  });

  test('can only be resumed from the same source', async () => {
    const target = await empty('sqlite');
    const interrupted = copyDatabase(await filled('sqlite', 10), target, {
      onProgress: (_what, done) => {
        if (done > 15) throw new Error('interrupted');
      },
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    const another = await filled('sqlite', 10);
    expect(await reasonOf(copyDatabase(another, target, { resume: true }))).toBe('another_source');
  });

  test('reports the table that differs when the source has changed', async () => {
    const source = await filled('sqlite', 450);
    const target = await empty('sqlite');
    const interrupted = copyDatabase(source, target, {
      onProgress: (what) => {
        if (what === 'checking') throw new Error('interrupted');
      },
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    await execute(source, "update users set username = 'another' where id like '%7'");
    await expect(copyDatabase(source, target, { resume: true })).rejects.toThrow(
      'the table users differs: some of its 450 rows have other values',
    );
  });
});

describe('a copy is refused, and the target is unchanged,', () => {
  test('when the target has rows', async () => {
    const target = await filled('sqlite', 1);
    const before = await checksums(target);
    expect(await reasonOf(copyDatabase(await filled('sqlite', 5), target))).toBe('not_empty');
    expect(await checksums(target)).toEqual(before);
  });

  test('when the source has pending migrations', async () => {
    const source = await empty('sqlite');
    await upgrade(source, { to: '+1' });
    const target = await empty('sqlite');
    await expect(copyDatabase(source, target)).rejects.toThrow('pnpm db upgrade');
    expect(await execute(target, 'select name from sqlite_master')).toEqual([]);
  });

  test('when source and target are the same', async () => {
    const source = await filled('sqlite', 1);
    expect(await reasonOf(copyDatabase(source, source))).toBe('same_database');
  });

  test('when the source has rows with invalid references', async () => {
    const source = await filled('sqlite', 3);
    await execute(source, 'pragma foreign_keys = off');
    await execute(source, "delete from users where id like '%1'");
    await expect(copyDatabase(source, await empty('sqlite'))).rejects.toThrow(
      /1 rows of \w+ refer by user_id to missing rows of users/,
    );
  });

  test.skipIf(!availableEngines.includes('postgresql'))(
    `when a row does not fit, with the name of the table${skipNote('postgresql')}`,
    async () => {
      const source = await filled('sqlite', 2);
      await execute(source, `update users set username = '${'x'.repeat(65)}' where id like '%1'`);
      await expect(copyDatabase(source, await empty('postgresql'))).rejects.toThrow(
        /\(table users\): value too long/,
      );
    },
  );
});

function missingTable(): never {
  throw new Error('The table is missing.');
}
