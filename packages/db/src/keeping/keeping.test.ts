import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gunzipSync, gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyDatabase, sumUp } from '../copying/copy-database.ts';
import { copyProgress } from '../copying/copy-progress.ts';
import { readTables } from '../copying/table-data.ts';
import { tablesOf } from '../copying/tables.ts';
import { engines, type Engine } from '../engine.ts';
import { isUpToDate, upgrade } from '../migrating/index.ts';
import { temporaryProject } from '../migrating/project.fixture.ts';
import { outageOf } from '../database-error.ts';
import type { Database } from '../database.ts';
import { foreignError } from '../moving/foreign-database-error.ts';
import { openDatabase, type OpenOptions } from '../open-database.ts';
import { startProxy, startTlsInFront } from '../opening/proxy.fixture.ts';
import { testTls } from '../opening/tls.fixture.ts';
import { backupDatabase } from './backup.ts';
import { backupFormat } from './backup-format.ts';
import { keepingError } from './keeping-error.ts';
import { restoreMysql } from './mysql-restore.ts';
import { backupPostgresql } from './postgresql-backup.ts';
import { resetDatabase, tablesToGo } from './reset.ts';
import { restoreDatabase } from './restore.ts';
import { runTool, withMysqlTool } from './server-tool.ts';
import { answering, databasesOf, fill, onServer, testDatabase, why, type Place } from './test-databases.ts';

const places: Place[] = [];
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  file = join(folder, 'a.backup');
});

afterEach(async () => {
  await Promise.all(places.splice(0).map((place) => place.remove()));
  await rm(folder, { recursive: true, force: true });
});

async function empty(engine: Engine): Promise<Place> {
  const place = await testDatabase(engine);
  places.push(place);
  return place;
}

async function filled(engine: Engine, rows: number): Promise<Place> {
  const place = await empty(engine);
  await withDatabase(place, (database) => fill(database, rows));
  return place;
}

async function withDatabase<T>(
  { url }: Place,
  work: (database: Database) => Promise<T>,
  options?: OpenOptions,
): Promise<T> {
  const database = await openDatabase(url, options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const execute = (place: Place, sql: string) =>
  withDatabase(place, (database) => database.orm.em.getConnection().execute<Record<string, unknown>[]>(sql));

const checksums = (place: Place) =>
  withDatabase(place, async (database) => {
    const reader = await readTables(database);
    const sums: string[] = [];
    for (const table of tablesOf(database)) {
      const sum = await sumUp(reader, table);
      sums.push(`${table.name} ${sum.rows} ${sum.value()}`);
    }
    await reader.close();
    return sums;
  });

const reasonOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Error && 'reason' in error ? error.reason : error;
};

/** A portable backup whose lines are others than they were. */
async function rewrite(change: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .split('\n');
  await writeFile(file, gzipSync(change(lines).join('\n')));
}

const onEach = engines.map((engine) => ({ engine, why: why(engine) }));
const onServers = onEach.filter(({ engine }) => engine !== 'sqlite');

describe('a backup', () => {
  test.for(onEach)(
    'brings everything back on $engine, and the one from before is kept$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const place = await filled(engine, 120);
      const before = await checksums(place);
      const backup = await backupDatabase(place.url, file);
      expect(backup).toMatchObject({ format: engine, file });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readdir(folder)).toEqual(['a.backup']);
      expect(await backupFormat(file)).toBe(engine);

      await execute(place, 'delete from users');
      const restored = await restoreDatabase(place.url, file);
      expect(restored).toMatchObject({ format: engine, isCurrent: true });
      expect(await checksums(place)).toEqual(before);
      expect(await withDatabase(place, isUpToDate)).toBe(true);

      const kept =
        engine === 'sqlite' ? `sqlite:${restored.previous}` : beside(place, restored.previous ?? '');
      expect(await execute({ ...place, url: kept }, 'select count(*) as users from users')).toEqual([
        { users: engine === 'postgresql' ? '0' : 0 },
      ]);
      await execute(place, 'delete from users');
      expect(await execute(place, 'select count(*) as sessions from sessions')).toEqual([
        { sessions: engine === 'postgresql' ? '0' : 0 },
      ]);
    },
  );

  const pairs = engines.flatMap((from) => engines.map((to) => ({ from, to, why: why(from, to) })));
  test.for(pairs)('goes from $from to $to in the portable form$why', async ({ from, to }, { skip }) => {
    skip(![from, to].every((engine) => answering.includes(engine)), 'no server answers');
    const source = await filled(from, 120);
    const backup = await backupDatabase(source.url, file, { portable: true });
    expect(backup).toMatchObject({ format: 'portable', rows: 960 });
    const target = await filled(to, 3);
    await restoreDatabase(target.url, file);
    expect(await checksums(target)).toEqual(await checksums(source));
  });

  test('is portable where the programs of the server are not installed', async ({ skip }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      expect(await backupDatabase(place.url, file)).toMatchObject({ format: 'portable' });
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('leaves a file as it is that is there already, unless it may be replaced', async () => {
    const place = await filled('sqlite', 3);
    await writeFile(file, 'a letter');
    expect(await reasonOf(backupDatabase(place.url, file))).toBe('file_exists');
    expect(await readFile(file, 'utf8')).toBe('a letter');
    await backupDatabase(place.url, file, { replaces: true });
    expect(await backupFormat(file)).toBe('sqlite');
  });

  test('of a database that is not there makes none', async () => {
    expect(await reasonOf(backupDatabase(`sqlite:${join(folder, 'mistyped.db')}`, file))).toBe('no_file');
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a database with a damaged page is told of the database and not of the backup', async () => {
    const place = await filled('sqlite', 300);
    const path = place.url.slice('sqlite:'.length);
    await damagePage(path, 9);
    const told = await backupDatabase(place.url, file).catch((error: unknown) => String(error));
    expect(told).toContain(`${path} is damaged (`);
    expect(told).not.toContain(file);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a server that is lost is told of the server and not of the backup', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const proxy = await startProxy((await filled('postgresql', 1)).url);
    const database = await openDatabase(proxy.url);
    const stopped = proxy.stop();
    const backup = backupPostgresql(database, proxy.url, file, 'pg_dump');
    await expect(backup).rejects.toThrow(`The server at ${database.place} does not answer any more.`);
    await stopped;
    await database.close();
  });

  test('is told in words when PostgreSQL ends the connection beside pg_dump', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const place = await filled('postgresql', 3);
    const program = join(folder, 'pg_dump');
    await writeFile(
      program,
      '#!/bin/sh\npsql --quiet --command="select pg_terminate_backend(pid) from pg_stat_activity ' +
        'where datname = current_database() and pid <> pg_backend_pid()" > /dev/null\nexec pg_dump "$@"\n',
    );
    await chmod(program, 0o700);
    await withDatabase(place, async (database) => {
      await database.orm.em.getConnection().execute('select 1');
      expect(await reasonOf(backupPostgresql(database, place.url, file, program))).toBe('tool_failed');
    });
  });

  test('counts the rows of a schema whose name begins almost like those of PostgreSQL', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const place = await filled('postgresql', 3);
    const { rows } = await backupDatabase(place.url, file);
    await execute(place, 'create schema pgboss');
    await execute(place, 'create table pgboss.jobs as select 1 as id union select 2');
    expect((await backupDatabase(place.url, file, { replaces: true })).rows).toBe((rows ?? 0) + 2);
  });

  test('trusts who the application trusts, when sslmode=verify-full names no root certificate', async ({
    skip,
  }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const place = await filled('postgresql', 3);
    const front = await startTlsInFront(place.url, testTls);
    const usual = getCACertificates();
    setDefaultCACertificates([...usual, testTls.ca]);
    try {
      const url = Object.assign(new URL(place.url), {
        host: `localhost:${front.port}`,
        search: 'sslmode=verify-full',
      });
      expect(await backupDatabase(url.href, file)).toMatchObject({ format: 'postgresql' });
    } finally {
      setDefaultCACertificates(usual);
      await front.stop();
    }
  });

  test('in a folder that is not there is told in words', async () => {
    const place = await filled('sqlite', 1);
    await expect(backupDatabase(place.url, join(folder, 'none', 'a.backup'))).rejects.toThrow(
      /none\/a\.backup cannot be opened as a file/,
    );
  });

  test('comes to its end while another process writes, which fails at nothing', async () => {
    const place = await filled('sqlite', 6000);
    const writer = spawn(process.execPath, ['--input-type=module', '--eval', writing(place.url)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(writer, 'close');
    const lines = createInterface({ input: writer.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('writing');

    const backup = await backupDatabase(place.url, file);
    writer.stdin.end('stop\n');
    const { failed, writes } = JSON.parse(String((await lines.next()).value)) as Record<string, number>;
    await ended;
    expect(failed).toBe(0);
    expect(writes).toBeGreaterThan(1);
    expect(backup.rows).toBeGreaterThanOrEqual(48_000);

    // It is of one moment: each write changed two tables in one transaction.
    const copy = { ...place, url: `sqlite:${file}` };
    const [row] = await execute(
      copy,
      "select (select username from users where id like '%000000001') = (select user_agent from security_events where id like '%000000001') as same",
    );
    expect(row).toEqual({ same: 1 });
  });
});

describe('a restore is refused, and the database is as before, when the file', () => {
  const refused = async (place: Place, reason: string) => {
    const before = await checksums(place);
    expect(await reasonOf(restoreDatabase(place.url, file))).toBe(reason);
    expect(await checksums(place)).toEqual(before);
    if (place.url.startsWith('sqlite:')) {
      const names = await readdir(join(place.url.slice('sqlite:'.length), '..'));
      expect(names.filter((name) => /restor/.test(name))).toEqual([]);
    }
  };

  test('is not there', async () => {
    await refused(await filled('sqlite', 3), 'no_file');
  });

  test('is something else', async () => {
    await writeFile(file, 'a letter');
    await refused(await filled('sqlite', 3), 'not_a_backup');
  });

  test("is another application's database", async () => {
    await execute({ url: `sqlite:${file}`, remove: async () => undefined }, 'create table notes (id)');
    await refused(await filled('sqlite', 3), 'not_a_backup');
  });

  test.for(onEach)('of $engine was written halfway$why', async ({ engine }, { skip }) => {
    skip(!answering.includes(engine), 'no server answers');
    const place = await filled(engine, 300);
    await backupDatabase(place.url, file);
    await truncate(file, Math.floor((await stat(file)).size / 2));
    await refused(place, 'damaged');
    if (engine !== 'sqlite') expect(await databasesOf(engine, place)).toHaveLength(1);
  });

  test('is a SQLite database with a page that is none, which is told of the file and not of a copy of it', async () => {
    const place = await filled('sqlite', 300);
    await backupDatabase(place.url, file);
    await damagePage(file, 9);
    await refused(place, 'damaged');
    const told = await restoreDatabase(place.url, file).catch((error: unknown) => String(error));
    expect(told).toContain(`${file} is damaged (`);
    expect(told).toContain('Nothing was changed.');
    expect(told).not.toContain('restoring-');
  });

  test.each([1, 20, 4096])('is a SQLite database that lacks its last %i bytes', async (bytes) => {
    const place = await filled('sqlite', 300);
    await backupDatabase(place.url, file);
    await truncate(file, (await stat(file)).size - bytes);
    await refused(place, 'damaged');
  });

  test.for([1, 30, 100])(
    'of MySQL or MariaDB lacks the last %i characters of its checksum',
    async (characters, { skip }) => {
      skip(!answering.includes('mysql'), 'no server answers');
      const place = await filled('mysql', 30);
      await backupDatabase(place.url, file);
      await truncate(file, (await stat(file)).size - characters);
      await refused(place, 'damaged');
    },
  );

  test('of MySQL or MariaDB has one character changed', async ({ skip }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 30);
    await backupDatabase(place.url, file);
    const text = await readFile(file, 'latin1');
    const at = text.indexOf('INSERT INTO') + 60;
    await writeFile(
      file,
      `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`,
      'latin1',
    );
    await refused(place, 'damaged');
  });

  test('is half of a portable one', async () => {
    const place = await filled('sqlite', 300);
    await backupDatabase(place.url, file, { portable: true });
    await truncate(file, Math.floor((await stat(file)).size / 2));
    await refused(place, 'damaged');
  });

  test.each([
    [
      'has one value changed',
      (lines: string[]) =>
        lines.with(
          2,
          (lines[2] ?? '').replace(/\d/, (digit) => String(9 - Number(digit))),
        ),
    ],
    ['lacks a row', (lines: string[]) => lines.toSpliced(2, 1)],
    ['lacks its last line', (lines: string[]) => lines.slice(0, -2)],
    ['has a line that is none', (lines: string[]) => lines.with(2, '{')],
  ])('is a portable one that %s', async (_how, change) => {
    const place = await filled('sqlite', 10);
    await backupDatabase(place.url, file, { portable: true });
    await rewrite(change);
    await refused(place, 'damaged');
  });

  test('is a dump of another version', async () => {
    const place = await filled('sqlite', 3);
    await backupDatabase(place.url, file, { portable: true });
    await rewrite((lines) => lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":2')));
    await refused(place, 'other_version');
  });

  test.for(onEach)('of $engine is of a newer schema$why', async ({ engine }, { skip }) => {
    skip(!answering.includes(engine), 'no server answers');
    const newer = await filled(engine, 3);
    await execute(newer, "insert into migrations (name) values ('Migration29990101000000_newer')");
    await backupDatabase(newer.url, file);
    await refused(await filled(engine, 3), 'newer_backup');
  });

  test('is a portable one of a newer schema', async () => {
    const place = await filled('sqlite', 3);
    await backupDatabase(place.url, file, { portable: true });
    await rewrite((lines) =>
      lines.with(
        0,
        (lines[0] ?? '').replace('"revisions":[', '"revisions":["Migration29990101000000_newer",'),
      ),
    );
    await refused(place, 'newer_backup');
  });

  test('is of another engine', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    await backupDatabase((await filled('sqlite', 1)).url, file);
    await refused(await filled('postgresql', 1), 'other_engine');
  });
});

describe('a restore', () => {
  test.for(onEach)(
    'on $engine is refused while others have the database open$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const place = await filled(engine, 3);
      await backupDatabase(place.url, file);
      await withDatabase(place, async (database) => {
        await database.orm.em.getConnection().execute('select count(*) from users');
        expect(await reasonOf(restoreDatabase(place.url, file))).toBe('in_use');
      });
      expect(await checksums(place)).toHaveLength(8);
    },
  );

  test('makes a SQLite database where there is none', async () => {
    const place = await filled('sqlite', 3);
    await backupDatabase(place.url, file);
    const url = `sqlite:${join(folder, 'app.db')}`;
    expect(await restoreDatabase(url, file)).toMatchObject({ previous: null });
    expect(await checksums({ ...place, url })).toEqual(await checksums(place));
    expect((await stat(join(folder, 'app.db'))).mode & 0o777).toBe(0o600);
  });

  test("leaves a SQLite database its owner's alone, whoever may read the backup", async () => {
    const place = await filled('sqlite', 3);
    await backupDatabase(place.url, file);
    await chmod(file, 0o644);
    await restoreDatabase(place.url, file);
    expect((await stat(place.url.slice('sqlite:'.length))).mode & 0o777).toBe(0o600);
  });

  test('brings triggers, views and routines back on MySQL and MariaDB, and keeps those from before', async ({
    skip,
  }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    const username = "(select username from users where id like '%1')";
    await execute(place, 'create table visits (id int primary key, note varchar(40))');
    await execute(
      place,
      "create trigger a_noting before insert on visits for each row set new.note = concat(new.note, ' 1')",
    );
    await execute(
      place,
      "create trigger noting before insert on visits for each row set new.note = concat(new.note, ' “2”')",
    );
    await execute(place, 'create view all_visits as select id, note from visits');
    await execute(place, 'create function doubled(n int) returns int deterministic return n * 2');
    await execute(place, 'create view a_visit as select note, doubled(id) as twice from all_visits');
    await execute(
      place,
      `create procedure rename_one() update users set username = 'by procedure' where id like '%1'`,
    );
    await backupDatabase(place.url, file);

    await execute(place, 'drop trigger a_noting');
    await execute(place, 'drop procedure rename_one');
    await execute(place, "create or replace view a_visit as select 'of today' as note");
    const { previous } = await restoreDatabase(place.url, file);
    await execute(place, "insert into visits (id, note) values (7, 'noted')");
    expect(await execute(place, 'select * from a_visit')).toEqual([{ note: 'noted 1 “2”', twice: 14 }]);
    await execute(place, 'call rename_one()');
    expect(await execute(place, `select ${username} as username`)).toEqual([{ username: 'by procedure' }]);

    const kept = { ...place, url: beside(place, previous ?? '') };
    await execute(kept, "insert into visits (id, note) values (7, 'noted')");
    expect(await execute(kept, 'select note from visits')).toEqual([{ note: 'noted “2”' }]);
    expect(await execute(kept, 'select * from a_visit')).toEqual([{ note: 'of today' }]);
    expect(await execute(kept, 'select username from users where username = "by procedure"')).toEqual([]);
    expect(await databasesOf('mysql', place)).toHaveLength(2);
  });

  test('leaves the statement of a view that MySQL or MariaDB does not take any more with what was before', async ({
    skip,
  }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    await backupDatabase(place.url, file);
    await execute(place, 'create table visits (id int primary key)');
    await execute(place, 'create view all_visits as select id from visits');
    await execute(place, 'drop table visits');
    const { previous } = await restoreDatabase(place.url, file);
    const kept = { ...place, url: beside(place, previous ?? '') };
    expect(await execute(kept, 'select kind, name, statement from latchkey_definitions')).toEqual([
      { kind: 'view', name: 'all_visits', statement: expect.stringContaining('`visits`') },
    ]);
  });

  test('on MySQL and MariaDB is refused when somebody comes while the backup is read, and triggers stay', async ({
    skip,
  }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    await execute(place, "create trigger naming before insert on users for each row set new.username = 'x'");
    await execute(place, 'create view names as select username from users');
    const came: Database[] = [];
    const restored = restoreMysql({
      url: place.url,
      file,
      format: 'portable',
      fill: async () => {
        const database = await openDatabase(place.url);
        came.push(database);
        await database.orm.em.getConnection().execute('select 1');
      },
      inspect: async () => ({ revision: 'none', isCurrent: true }),
    });
    expect(await reasonOf(restored)).toBe('in_use');
    for (const database of came) await database.close();
    expect(await databasesOf('mysql', place)).toHaveLength(1);
    expect(await execute(place, 'select count(*) as names from names')).toEqual([{ names: 3 }]);
    expect(await execute(place, 'show triggers')).toHaveLength(1);
  });

  test('on MySQL and MariaDB puts everything back when what it brings cannot be made', async ({ skip }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    await execute(place, "create trigger naming before insert on users for each row set new.username = 'x'");
    const before = await checksums(place);
    const name = new URL(place.url).pathname.slice(1);
    const restored = restoreMysql({
      url: place.url,
      file,
      format: 'portable',
      fill: async (url) => {
        const elsewhere = { ...place, url };
        await execute(elsewhere, 'create table notes (id int)');
        await execute(elsewhere, `create view names as select username, notes.id from ${name}.users, notes`);
      },
      inspect: async () => ({ revision: 'none', isCurrent: true }),
    });
    await expect(restored).rejects.toThrow(/names/);
    expect(await checksums(place)).toEqual(before);
    expect(await execute(place, 'show triggers')).toHaveLength(1);
    expect(await databasesOf('mysql', place)).toHaveLength(1);
  });

  test('has the locale of ICU that the database from before has', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const place = await empty('postgresql');
    const name = new URL(place.url).pathname.slice(1);
    await onServer('postgresql', async (run) => {
      await run(`drop database ${name}`);
      await run(
        `create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'de-AT' lc_collate 'C' lc_ctype 'C'`,
      );
    });
    await withDatabase(place, (database) => fill(database, 3));
    await backupDatabase(place.url, file);
    await restoreDatabase(place.url, file);
    const locale =
      "select datlocprovider as provider, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale " +
      'from pg_database d where datname = current_database()';
    expect(await execute(place, locale)).toEqual([{ provider: 'i', locale: 'de-AT' }]);
  });

  test('leaves nothing of SQLite beside the two databases', async () => {
    const place = await filled('sqlite', 3);
    const path = place.url.slice('sqlite:'.length);
    await backupDatabase(place.url, file);
    const { previous } = await restoreDatabase(place.url, file);
    const beside = (await readdir(dirname(path))).filter((name) => name.startsWith(basename(path)));
    expect(beside.sort()).toEqual([basename(path), basename(previous ?? '')]);
  });

  test('takes the place of a database that is damaged', async () => {
    const place = await filled('sqlite', 3);
    const before = await checksums(place);
    await backupDatabase(place.url, file);
    await writeFile(place.url.slice('sqlite:'.length), 'no database at all, after an accident');
    const { previous } = await restoreDatabase(place.url, file);
    expect(await checksums(place)).toEqual(before);
    expect(await readFile(previous ?? '', 'utf8')).toBe('no database at all, after an accident');
  });

  test('of a database that is not on the server is told', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    await backupDatabase((await filled('sqlite', 1)).url, file, { portable: true });
    await expect(restoreDatabase('postgres://postgres@127.0.0.1:5432/keeping_none', file)).rejects.toThrow(
      'The server has no database keeping_none.',
    );
  });

  test('where no server answers is told', async () => {
    await backupDatabase((await filled('sqlite', 1)).url, file, { portable: true });
    expect(await reasonOf(restoreDatabase('postgres://postgres@127.0.0.1:1/app', file))).toBe(
      'connection_lost',
    );
    expect(await reasonOf(restoreDatabase('mysql://root@127.0.0.1:1/app', file))).toBe('connection_lost');
  });
});

describe('without the rights, or where somebody else holds on to it', () => {
  const login = `keeping_${randomBytes(6).toString('hex')}`;
  const asLogin = ({ url }: Place, password = 'right') => {
    const other = new URL(url);
    [other.username, other.password] = [login, password];
    return other.href;
  };

  test('PostgreSQL: a restore names the right that is missing', async ({ skip }) => {
    skip(!answering.includes('postgresql'), 'no server answers');
    const place = await filled('postgresql', 3);
    await backupDatabase(place.url, file);
    const before = await checksums(place);
    await onServer('postgresql', async (run) => {
      await run(`create role ${login} login password 'right'`);
    });
    try {
      await expect(restoreDatabase(asLogin(place), file)).rejects.toThrow(
        /lacks a right for this: permission denied to create database$/,
      );
    } finally {
      await onServer('postgresql', async (run) => {
        await run(`drop role ${login}`);
      });
    }
    expect(await checksums(place)).toEqual(before);
  });

  test('MariaDB: a wrong password, and a right that is missing', async ({ skip }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    await backupDatabase(place.url, file);
    const before = await checksums(place);
    const name = new URL(place.url).pathname.slice(1);
    await onServer('mysql', async (run) => {
      await run(`create user ${login}@'127.0.0.1' identified by 'right'`);
      await run(`grant all on ${name}.* to ${login}@'127.0.0.1'`);
    });
    try {
      expect(await reasonOf(backupDatabase(asLogin(place, 'wrong'), `${file}2`))).toBe('wrong_password');
      // The right one is given to mariadb-dump as well.
      expect(await backupDatabase(asLogin(place), `${file}2`)).toMatchObject({ format: 'mysql' });
      expect(await reasonOf(restoreDatabase(asLogin(place), file))).toBe('no_rights');
    } finally {
      await onServer('mysql', async (run) => {
        await run(`drop user ${login}@'127.0.0.1'`);
      });
    }
    expect(await checksums(place)).toEqual(before);
  });

  test('MariaDB: a restore says that the right to move a trigger is missing', async ({ skip }) => {
    skip(!answering.includes('mysql'), 'no server answers');
    const place = await filled('mysql', 3);
    await backupDatabase(place.url, file, { portable: true });
    await execute(place, "create trigger naming before insert on users for each row set new.username = 'x'");
    const before = await checksums(place);
    const name = new URL(place.url).pathname.slice(1);
    const rights = 'select, insert, update, delete, create, drop, alter, index, references, create view';
    await onServer('mysql', async (run) => {
      await run(`create user ${login}@'127.0.0.1' identified by 'right'`);
      await run(`grant ${rights} on \`${name}%\`.* to ${login}@'127.0.0.1'`);
    });
    try {
      await expect(restoreDatabase(asLogin(place), file)).rejects.toThrow(
        /lacks a right for this: .*TRIGGER/,
      );
    } finally {
      await onServer('mysql', async (run) => {
        await run(`drop user ${login}@'127.0.0.1'`);
      });
    }
    expect(await checksums(place)).toEqual(before);
    expect(await databasesOf('mysql', place)).toHaveLength(1);
  });

  test('SQLite: a file that another program has for itself', async () => {
    const place = await filled('sqlite', 3);
    const other = new Sqlite(place.url.slice('sqlite:'.length));
    other.pragma('locking_mode = exclusive');
    other.exec('begin exclusive');
    try {
      expect(await reasonOf(backupDatabase(place.url, file, { busyTimeoutMs: 0 }))).toBe('locked');
      expect(await reasonOf(restoreDatabase(place.url, await anotherBackup()))).toBe('in_use');
    } finally {
      other.close();
    }
  });

  const anotherBackup = async () => {
    await backupDatabase((await filled('sqlite', 1)).url, `${file}2`);
    return `${file}2`;
  };
});

describe('a full disk', () => {
  const onSmallDisk = async (
    skip: (condition: boolean, why: string) => void,
    work: (small: string) => Promise<void>,
  ) => {
    const small = join(folder, 'small');
    skip(!mounted(small), 'only root can mount a small disk');
    try {
      await work(small);
    } finally {
      execFileSync('umount', [small]);
    }
  };

  test('stops a backup in words, and nothing of it stays', async ({ skip }) => {
    await onSmallDisk(skip, async (small) => {
      const place = await filled('sqlite', 1500);
      await expect(backupDatabase(place.url, join(small, 'a.backup'))).rejects.toThrow(/^The disk is full/);
      expect(await readdir(small)).toEqual([]);
      const portable = backupDatabase(place.url, join(small, 'a.backup'), { portable: true });
      expect(await portable).toMatchObject({ format: 'portable' });
    });
  });

  test.for(onServers)(
    'stops the program of $engine in words too, and nothing of it stays$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const place = await filled(engine, 4000);
      await onSmallDisk(skip, async (small) => {
        await writeFile(join(small, 'others'), Buffer.alloc(1_000_000));
        expect(await reasonOf(backupDatabase(place.url, join(small, 'a.backup')))).toBe('disk_full');
        expect(await readdir(small)).toEqual(['others']);
      });
    },
  );

  test('stops a restore in words, and the database is as before', async ({ skip }) => {
    await onSmallDisk(skip, async (small) => {
      const place = { ...(await filled('sqlite', 1500)) };
      await backupDatabase(place.url, file);
      const target = { ...place, url: `sqlite:${join(small, 'app.db')}` };
      await withDatabase(target, (database) => fill(database, 3));
      const before = await checksums(target);
      expect(await reasonOf(restoreDatabase(target.url, file))).toBe('disk_full');
      expect(await readdir(small)).toEqual(['app.db']);
      expect(await checksums(target)).toEqual(before);
    });
  });

  test('stops a copy in words, and once there is room it goes on', async ({ skip }) => {
    await onSmallDisk(skip, async (small) => {
      const place = await filled('sqlite', 1500);
      const target = { ...place, url: `sqlite:${join(small, 'app.db')}` };
      const copy = (resume: boolean) =>
        withDatabase(place, (from) => withDatabase(target, (to) => copyDatabase(from, to, { resume })));
      expect(await reasonOf(copy(false))).toBe('disk_full');
      execFileSync('mount', ['-o', 'remount,size=64m', small]);
      await copy(true);
      expect(await checksums(target)).toEqual(await checksums(place));
    });
  });
});

describe('a portable backup of an older version', () => {
  test.for(onEach)(
    'comes back as it was on $engine, and can be brought up to date$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const project = await temporaryProject();
      try {
        const entitiesFolder = await project.write({ Note: 'text: p.string().length(40),' });
        await project.migrate();
        const place = await empty(engine);
        const older = { entitiesFolder, migrationsFolder: project.migrationsFolder };
        const run = (options: OpenOptions, sql: string) =>
          withDatabase(place, (database) => database.orm.em.getConnection().execute<unknown[]>(sql), options);
        await withDatabase(place, (database) => upgrade(database), older);
        await run(older, "insert into notes (id, text) values (7, 'an old one')");
        await backupDatabase(place.url, file, { ...older, portable: true });

        const newer = {
          ...older,
          entitiesFolder: await project.write({
            Note: 'text: p.string().length(40), mood: p.string().length(9).nullable(),',
          }),
        };
        await project.migrate();
        await withDatabase(place, (database) => upgrade(database), newer);
        await run(newer, 'delete from notes');
        expect(await restoreDatabase(place.url, file, newer)).toMatchObject({ isCurrent: false });
        expect(await run(newer, 'select * from notes')).toEqual([{ id: 7, text: 'an old one' }]);
        await withDatabase(place, (database) => upgrade(database), newer);
        expect(await run(newer, 'select * from notes')).toEqual([{ id: 7, text: 'an old one', mood: null }]);
      } finally {
        await project.remove();
      }
    },
  );
});

describe('a portable backup of a version in which a column was of another kind', () => {
  test.for(onEach)('comes back on $engine as it was$why', async ({ engine }, { skip }) => {
    skip(!answering.includes(engine), 'no server answers');
    const project = await temporaryProject();
    try {
      const entitiesFolder = await project.write({ Note: 'written: p.integer(),' });
      await project.migrate();
      const place = await empty(engine);
      const older = { entitiesFolder, migrationsFolder: project.migrationsFolder };
      const run = (sql: string) =>
        withDatabase(place, (database) => database.orm.em.getConnection().execute<unknown[]>(sql), older);
      await withDatabase(place, (database) => upgrade(database), older);
      await run('insert into notes (id, written) values (7, 1800000000)');
      await backupDatabase(place.url, file, { ...older, portable: true });

      const newer = { ...older, entitiesFolder: await project.write({ Note: 'written: p.datetime(),' }) };
      await run('delete from notes');
      await restoreDatabase(place.url, file, newer);
      expect(await run('select * from notes')).toEqual([{ id: 7, written: 1_800_000_000 }]);
    } finally {
      await project.remove();
    }
  });
});

describe("a server's program", () => {
  test('whose input cannot be read to its end has failed, whatever it says itself', async () => {
    const cat = { path: '/bin/cat', first: [], env: process.env };
    expect(await reasonOf(runTool(cat, [], { input: folder }))).toBe('no_file');
  });

  test('is of use when it ends before it has read everything', async () => {
    await writeFile(file, Buffer.alloc(10_000_000));
    await runTool({ path: '/bin/true', first: [], env: process.env }, [], { input: file });
  });
});

describe('the programs of MySQL and MariaDB', () => {
  const optionsFor = (mode: string) =>
    withMysqlTool(
      'mariadb',
      `mysql://susan@localhost/app?ssl-mode=${mode}`,
      async ({ first: [option = ''] }) => {
        const text = await readFile(option.slice('--defaults-extra-file='.length), 'utf8');
        const [, ca] = /^ssl-ca="(.*)"$/m.exec(text) ?? [];
        return ca === undefined ? null : readFile(ca, 'utf8');
      },
    );

  test('trust who the application trusts, when a certificate is looked at and none is named', async () => {
    expect(await optionsFor('VERIFY_CA')).toContain('-----BEGIN CERTIFICATE-----');
    expect(await optionsFor('REQUIRED')).toBeNull();
  });
});

describe('what a driver says', () => {
  test.each([
    ['in words only', new Error('Connection terminated unexpectedly')],
    ['by a number only', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
    [
      'within what an ORM says',
      new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
    ],
  ])('%s of a lost connection is told in a sentence, whoever asks', (_how, error) => {
    expect(outageOf(error)).toMatchObject({ reason: 'unreachable' });
    expect(foreignError(error, 'HERE')).toMatchObject({ reason: 'foreign_database' });
    expect(keepingError(error, 'HERE')).toMatchObject({
      reason: 'connection_lost',
      message: expect.stringContaining('The server at HERE does not answer any more.'),
    });
  });
});

describe('a backup is refused', () => {
  test.each(['', '-wal', '-shm'])('into the database itself, also with --force: app.db%s', async (ending) => {
    const place = await filled('sqlite', 3);
    const path = place.url.slice('sqlite:'.length);
    await withDatabase(place, async (database) => {
      await database.orm.em.getConnection().execute('select count(*) from users');
      const link = join(folder, 'link');
      await symlink(path + ending, link);
      for (const to of [path + ending, link]) {
        expect(await reasonOf(backupDatabase(place.url, to, { replaces: true }))).toBe('same_database');
      }
    });
    expect(await checksums(place)).toHaveLength(8);
  });

  test('in the place of what is no file', async () => {
    const place = await filled('sqlite', 3);
    execFileSync('mkfifo', [file]);
    expect(await reasonOf(backupDatabase(place.url, file, { replaces: true }))).toBe('no_file');
    expect((await stat(file)).isFIFO()).toBe(true);
  });

  test.for(onEach)(
    'of a database on $engine into which a copy has not come to its end$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const place = await filled(engine, 3);
      await withDatabase(place, (database) => copyProgress(database).begin('elsewhere'));
      expect(await reasonOf(backupDatabase(place.url, file))).toBe('interrupted_copy');
    },
  );
});

describe('a reset', () => {
  test.for(onEach)(
    'leaves empty tables of the newest schema on $engine, and those of others alone$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const place = await filled(engine, 5);
      await execute(place, 'create table notes_of_mine (id integer)');
      await withDatabase(place, async (database) => {
        await copyProgress(database).begin('elsewhere');
        expect(await tablesToGo(database)).toContainEqual({ table: 'users', rows: 5 });
        await resetDatabase(database);
        expect(await isUpToDate(database)).toBe(true);
        expect((await tablesToGo(database)).every(({ rows }) => rows === 0)).toBe(true);
        expect(await copyProgress(database).read()).toBeNull();
      });
      expect(await execute(place, 'select * from notes_of_mine')).toEqual([]);
    },
  );

  test('also helps where a newer version has been at work', async () => {
    const place = await filled('sqlite', 5);
    await execute(place, "insert into migrations (name) values ('Migration29990101000000_newer')");
    await withDatabase(place, async (database) => {
      await expect(upgrade(database)).rejects.toThrow('does not know');
      await resetDatabase(database);
      expect(await isUpToDate(database)).toBe(true);
    });
  });

  test("leaves another application's users alone", async () => {
    const place = await empty('sqlite');
    await execute(place, 'create table users (id integer)');
    await withDatabase(place, async (database) => {
      expect(await reasonOf(resetDatabase(database))).toBe('foreign_tables');
    });
    expect(await execute(place, 'select * from users')).toEqual([]);
  });
});

const beside = ({ url }: Place, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

/** A page of SQLite whose beginning is none. */
async function damagePage(path: string, page: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0xff, page * 4096, page * 4096 + 100);
  await writeFile(path, bytes);
}

/** A disk of a megabyte. */
function mounted(path: string): boolean {
  try {
    execFileSync('mkdir', [path]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes until told to stop, and then says how it went. */
const writing = (url: string) => `
  import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
  import { setImmediate } from 'node:timers/promises';
  import { openDatabase } from ${JSON.stringify(import.meta.resolve('../open-database.ts'))};
  const database = await openDatabase(${JSON.stringify(url)});
  const stopped = once(process.stdin, 'data').then(() => { isStopped = true; });
  let isStopped = false;
  let writes = 0;
  let failed = 0;
  while (!isStopped) {
    const name = 'name' + writes++;
    await database.em().transactional(async (em) => {
      const run = (sql) => em.getConnection().execute(sql, [name], 'run', em.getTransactionContext());
      await run("update users set username = ? where id like '%000000001'");
      await run("update security_events set user_agent = ? where id like '%000000001'");
    }).catch(() => { failed++; });
    if (writes === 1) console.log('writing');
    await setImmediate();
  }
  await stopped;
  await database.close();
  console.log(JSON.stringify({ writes, failed }));
`;
