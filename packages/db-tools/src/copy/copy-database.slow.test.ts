import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Database, type Engine, engines, openDatabase, Session, User } from '@latchkey/db';
import { copyProgressTable } from '@latchkey/db/sql';
import { startProxy } from '@latchkey/db/testing';
import { requireUsable, upgrade } from '@latchkey/migrator';
import {
  answering,
  createFilledDatabase,
  createTestDatabase,
  fill,
  why,
  type TestDatabase,
} from '../test-databases.fixture.ts';
import { copyDatabase, sumUp } from './copy-database.ts';
import { readTables } from './table-data.ts';
import { tablesOf } from './tables.ts';

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
  const reader = await readTables(database);
  const sums: string[] = [];
  for (const table of tablesOf(database)) {
    const sum = await sumUp(reader, table);
    sums.push(`${table.name} ${sum.rows} ${sum.value()}`);
  }
  await reader.close();
  return sums;
}

const pairs = engines.flatMap((from) => engines.map((to) => ({ from, to, why: why(from, to) })));

describe('a copy', () => {
  test.for(pairs)('from $from to $to has every value of every row$why', async ({ from, to }, { skip }) => {
    skip(![from, to].every((engine) => answering.includes(engine)), 'no server answers');
    const source = await filled(from, 450);
    const target = await empty(to);
    const copied = await copyDatabase(source, target);

    expect(copied.map(({ table, rows }) => [table, rows])).toEqual(
      tablesOf(source).map(({ name }) => [name, 450]),
    );
    expect(await checksums(target)).toEqual(await checksums(source));
    const users = (database: Database) => database.em().find(User, {}, { orderBy: { id: 'asc' }, limit: 50 });
    expect(JSON.stringify(await users(target))).toBe(JSON.stringify(await users(source)));
    const sessions = (database: Database) =>
      database.em().find(Session, {}, { orderBy: { id: 'asc' }, limit: 50 });
    expect(await sessions(target)).toEqual(await sessions(source));
    await expect(execute(target, `select 1 from ${copyProgressTable}`)).rejects.toThrow(copyProgressTable);
  });

  test(`into SQLite loses of the end of a session what is below a second, and nothing else${why('postgresql')}`, async ({
    skip,
  }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const source = await filled('postgresql', 3);
    await execute(source, "update sessions set expires_at = expires_at + interval '999 milliseconds'");
    const target = await empty('sqlite');
    await copyDatabase(source, target);
    const ends = async (database: Database) =>
      (await database.em().find(Session, {}, { orderBy: { id: 'asc' } })).map(({ expiresAt }) =>
        expiresAt.getTime(),
      );
    expect(await ends(target)).toEqual((await ends(source)).map((end) => end - 999));
  });

  test('has the tables in the order in which they refer to each other', async () => {
    const names = tablesOf(await empty('sqlite')).map(({ name }) => name);
    expect(names.indexOf('users')).toBeLessThan(names.indexOf('remembered_browsers'));
    expect(names.indexOf('remembered_browsers')).toBeLessThan(names.indexOf('sessions'));
  });

  test('is of one moment: what is written to the source meanwhile is not in it', async () => {
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
    .map((engine) => ({ engine, why: why(engine) }));
  const byWayOfProxy = async (engine: Engine, rows: number) => {
    const testDatabase = await createTestDatabase(engine);
    testDatabases.push(testDatabase);
    const proxy = await startProxy(testDatabase.url);
    const database = await openDatabase(proxy.url);
    opened.push(database);
    if (rows > 0) await fill(database, rows);
    return { database, proxy };
  };

  test.for(onServers)(
    'from $engine says in a sentence that the connection was cut$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const { database, proxy } = await byWayOfProxy(engine, 450);
      const stopping: Promise<void>[] = [];
      const cut = copyDatabase(database, await empty('sqlite'), {
        onProgress: (_what, done) => {
          if (done > 0 && stopping.length === 0) stopping.push(proxy.stop());
        },
      });
      expect(await reasonOf(cut)).toBe('connection_lost');
      await Promise.all(stopping);
    },
  );

  test.for(onServers)(
    'into $engine says in a sentence that the connection was cut$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const { database, proxy } = await byWayOfProxy(engine, 0);
      const stopping: Promise<void>[] = [];
      const cut = copyDatabase(await filled('sqlite', 450), database, {
        onProgress: (_what, done) => {
          if (done > 0 && stopping.length === 0) stopping.push(proxy.stop());
        },
      });
      expect(await reasonOf(cut)).toBe('connection_lost');
      await Promise.all(stopping);
    },
  );

  test.for(onServers)(
    'of $engine that cannot begin gives its connection back$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const { database, proxy } = await byWayOfProxy(engine, 1);
      const stopped = proxy.stop();
      expect(await reasonOf(readTables(database))).toBe('connection_lost');
      await stopped;
      // It waits for every connection that was not given back.
      await database.close();
    },
  );

  test('holds few rows at a time, however many there are', async () => {
    const source = await filled('sqlite', 20_000);
    const reader = await readTables(source);
    const sizes: number[] = [];
    for await (const page of reader.pages(tablesOf(source)[0] ?? neverMind())) sizes.push(page.length);
    await reader.close();
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5000);
  });

  test('holds fewer rows at a time when they are large', async () => {
    const source = await filled('sqlite', 300);
    await execute(source, "update development_mails set text = replace(hex(zeroblob(50000)), '0', 'x')");
    const mails = tablesOf(source).find(({ name }) => name === 'development_mails') ?? neverMind();
    const reader = await readTables(source);
    const sizes: number[] = [];
    for await (const page of reader.pages(mails)) sizes.push(page.length);
    await reader.close();
    expect(sizes.slice(1).every((size) => size <= 20)).toBe(true);
  });
});

describe('a copy that was interrupted', () => {
  test.for(engines.map((to) => ({ to, why: why(to) })))(
    'into $to is refused without being resumed, and has all once it is$why',
    async ({ to }, { skip }) => {
      skip(!answering.includes(to), 'no server answers');
      const source = await filled('sqlite', 450);
      const target = await empty(to);
      const died = copyDatabase(source, target, {
        onProgress: (_what, done) => {
          if (done > 700) throw new Error('died');
        },
      });
      await expect(died).rejects.toThrow('died');

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

  test('by a process that was killed goes on behind its last rows', async () => {
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

  test('goes on with the source that it began with', async () => {
    const target = await empty('sqlite');
    const died = copyDatabase(await filled('sqlite', 10), target, {
      onProgress: (_what, done) => {
        if (done > 15) throw new Error('died');
      },
    });
    await expect(died).rejects.toThrow('died');
    const another = await filled('sqlite', 10);
    expect(await reasonOf(copyDatabase(another, target, { resume: true }))).toBe('another_source');
  });

  test('names the table that differs, when its source has changed since', async () => {
    const source = await filled('sqlite', 450);
    const target = await empty('sqlite');
    const died = copyDatabase(source, target, {
      onProgress: (what) => {
        if (what === 'checking') throw new Error('died');
      },
    });
    await expect(died).rejects.toThrow('died');
    await execute(source, "update users set username = 'another' where id like '%7'");
    await expect(copyDatabase(source, target, { resume: true })).rejects.toThrow(
      'the table users differs: the values of some of its 450 rows are others',
    );
  });
});

describe('a copy is refused, and the target is as before', () => {
  test('when something is in the target', async () => {
    const target = await filled('sqlite', 1);
    const before = await checksums(target);
    expect(await reasonOf(copyDatabase(await filled('sqlite', 5), target))).toBe('not_empty');
    expect(await checksums(target)).toEqual(before);
  });

  test('when the source is not at the latest migration', async () => {
    const source = await empty('sqlite');
    await upgrade(source, { to: '+1' });
    const target = await empty('sqlite');
    await expect(copyDatabase(source, target)).rejects.toThrow('pnpm db upgrade');
    expect(await execute(target, 'select name from sqlite_master')).toEqual([]);
  });

  test('when it is the source itself', async () => {
    const source = await filled('sqlite', 1);
    expect(await reasonOf(copyDatabase(source, source))).toBe('same_database');
  });

  test('when rows of the source refer to nothing', async () => {
    const source = await filled('sqlite', 3);
    await execute(source, 'pragma foreign_keys = off');
    await execute(source, "delete from users where id like '%1'");
    await expect(copyDatabase(source, await empty('sqlite'))).rejects.toThrow(
      /1 rows of \w+ refer by user_id to rows of users that are not there/,
    );
  });

  test.skipIf(!answering.includes('postgresql'))(
    `when a row does not fit, which names the table${why('postgresql')}`,
    async () => {
      const source = await filled('sqlite', 2);
      await execute(source, `update users set username = '${'x'.repeat(65)}' where id like '%1'`);
      await expect(copyDatabase(source, await empty('postgresql'))).rejects.toThrow(
        /\(table users\): value too long/,
      );
    },
  );
});

function neverMind(): never {
  throw new Error('There is such a table.');
}
