import { chmod, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '@latchkey/db';
import { backupDatabase } from './backup.ts';
import { restoreMysql } from './mysql-restore.ts';
import { restoreDatabase } from './restore.ts';
import { withDatabaseName } from './server-url.ts';
import {
  availableEngines,
  listDatabases,
  fillTables,
  onServer,
  type TestDatabase,
} from '../test-databases.fixture.ts';
import {
  eachTestHasAFolder,
  folder,
  file,
  empty,
  filled,
  withDatabase,
  execute,
  checksums,
  reasonOf,
  rewrite,
  onEach,
  damagePage,
} from './backup.fixture.ts';

eachTestHasAFolder();

describe('a restore is refused, and the database unchanged, if the file', () => {
  const refused = async (testDatabase: TestDatabase, reason: string) => {
    const before = await checksums(testDatabase);
    expect(await reasonOf(restoreDatabase(testDatabase.url, file))).toBe(reason);
    expect(await checksums(testDatabase)).toEqual(before);
    if (testDatabase.url.startsWith('sqlite:')) {
      const names = await readdir(join(testDatabase.url.slice('sqlite:'.length), '..'));
      expect(names.filter((name) => /restor/.test(name))).toEqual([]);
    }
  };

  test('is missing', async () => {
    await refused(await filled('sqlite', 3), 'no_file');
  });

  test('is not a backup', async () => {
    await writeFile(file, 'a document');
    await refused(await filled('sqlite', 3), 'not_a_backup');
  });

  test("is another application's database", async () => {
    await execute({ url: `sqlite:${file}`, remove: async () => undefined }, 'create table notes (id)');
    await refused(await filled('sqlite', 3), 'not_a_backup');
  });

  test.for(onEach)('of $engine is truncated to half its size$skipNote', async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const testDatabase = await filled(engine, 300);
    await backupDatabase(testDatabase.url, file);
    await truncate(file, Math.floor((await stat(file)).size / 2));
    await refused(testDatabase, 'damaged');
    if (engine !== 'sqlite') expect(await listDatabases(engine, testDatabase)).toHaveLength(1);
  });

  test('is a SQLite database with a damaged page; the error names the file, not a copy', async () => {
    const testDatabase = await filled('sqlite', 300);
    await backupDatabase(testDatabase.url, file);
    await damagePage(file, 9);
    await refused(testDatabase, 'damaged');
    const message = await restoreDatabase(testDatabase.url, file).catch((error: unknown) => String(error));
    expect(message).toContain(`${file} is damaged (`);
    expect(message).toContain('Nothing was changed.');
    expect(message).not.toContain('restoring-');
  });

  test.each([1, 20, 4096])('is a SQLite database without its last %i bytes', async (bytes) => {
    const testDatabase = await filled('sqlite', 300);
    await backupDatabase(testDatabase.url, file);
    await truncate(file, (await stat(file)).size - bytes);
    await refused(testDatabase, 'damaged');
  });

  test.for([1, 30, 100])(
    'of MySQL or MariaDB lacks %i characters of its checksum',
    async (characters, { skip }) => {
      skip(!availableEngines.includes('mysql'), 'no server answers');
      const testDatabase = await filled('mysql', 30);
      await backupDatabase(testDatabase.url, file);
      await truncate(file, (await stat(file)).size - characters);
      await refused(testDatabase, 'damaged');
    },
  );

  test('of MySQL or MariaDB has one changed character', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 30);
    await backupDatabase(testDatabase.url, file);
    const text = await readFile(file, 'latin1');
    const at = text.indexOf('INSERT INTO') + 60;
    await writeFile(
      file,
      `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`,
      'latin1',
    );
    await refused(testDatabase, 'damaged');
  });

  test('is a truncated portable backup', async () => {
    const testDatabase = await filled('sqlite', 300);
    await backupDatabase(testDatabase.url, file, { portable: true });
    await truncate(file, Math.floor((await stat(file)).size / 2));
    await refused(testDatabase, 'damaged');
  });

  test.each([
    [
      'has a changed value',
      (lines: string[]) =>
        lines.with(
          2,
          (lines[2] ?? '').replace(/\d/, (digit) => String(9 - Number(digit))),
        ),
    ],
    ['lacks a row', (lines: string[]) => lines.toSpliced(2, 1)],
    ['lacks its last line', (lines: string[]) => lines.slice(0, -2)],
    ['has a line that is not JSON', (lines: string[]) => lines.with(2, '{')],
  ])('is a portable backup that %s', async (_, change) => {
    const testDatabase = await filled('sqlite', 10);
    await backupDatabase(testDatabase.url, file, { portable: true });
    await rewrite(change);
    await refused(testDatabase, 'damaged');
  });

  test('is a dump of another format version', async () => {
    const testDatabase = await filled('sqlite', 3);
    await backupDatabase(testDatabase.url, file, { portable: true });
    await rewrite((lines) => lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":2')));
    await refused(testDatabase, 'other_version');
  });

  test.for(onEach)('of $engine has a newer schema$skipNote', async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const newer = await filled(engine, 3);
    await execute(newer, "insert into migrations (name) values ('Migration29990101000000_newer')");
    await backupDatabase(newer.url, file);
    await refused(await filled(engine, 3), 'newer_backup');
  });

  test('is a portable backup with a newer schema', async () => {
    const testDatabase = await filled('sqlite', 3);
    await backupDatabase(testDatabase.url, file, { portable: true });
    await rewrite((lines) =>
      lines.with(
        0,
        (lines[0] ?? '').replace('"revisions":[', '"revisions":["Migration29990101000000_newer",'),
      ),
    );
    await refused(testDatabase, 'newer_backup');
  });

  test('is of another engine', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    await backupDatabase((await filled('sqlite', 1)).url, file);
    await refused(await filled('postgresql', 1), 'other_engine');
  });
});

describe('a restore', () => {
  test.for(onEach)(
    'on $engine is refused while another client is connected$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const testDatabase = await filled(engine, 3);
      await backupDatabase(testDatabase.url, file);
      await withDatabase(testDatabase, async (database) => {
        await database.orm.em.getConnection().execute('select count(*) from users');
        expect(await reasonOf(restoreDatabase(testDatabase.url, file))).toBe('in_use');
      });
      expect(await checksums(testDatabase)).toHaveLength(8);
    },
  );

  test('creates a missing SQLite database', async () => {
    const testDatabase = await filled('sqlite', 3);
    await backupDatabase(testDatabase.url, file);
    const url = `sqlite:${join(folder, 'app.db')}`;
    expect(await restoreDatabase(url, file)).toMatchObject({ previous: null });
    expect(await checksums({ ...testDatabase, url })).toEqual(await checksums(testDatabase));
    expect((await stat(join(folder, 'app.db'))).mode & 0o777).toBe(0o600);
  });

  test('creates a SQLite file for its owner only, even if all users can read the backup', async () => {
    const testDatabase = await filled('sqlite', 3);
    await backupDatabase(testDatabase.url, file);
    await chmod(file, 0o644);
    await restoreDatabase(testDatabase.url, file);
    expect((await stat(testDatabase.url.slice('sqlite:'.length))).mode & 0o777).toBe(0o600);
  });

  test('restores and keeps triggers, views and routines on MySQL and MariaDB', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    const username = "(select username from users where id like '%1')";
    await execute(testDatabase, 'create table visits (id int primary key, note varchar(40))');
    await execute(
      testDatabase,
      "create trigger a_noting before insert on visits for each row set new.note = concat(new.note, ' 1')",
    );
    await execute(
      testDatabase,
      "create trigger noting before insert on visits for each row set new.note = concat(new.note, ' “2”')",
    );
    await execute(testDatabase, 'create view all_visits as select id, note from visits');
    await execute(testDatabase, 'create function doubled(n int) returns int deterministic return n * 2');
    await execute(testDatabase, 'create view a_visit as select note, doubled(id) as twice from all_visits');
    await execute(
      testDatabase,
      `create procedure rename_one() update users set username = 'by procedure' where id like '%1'`,
    );
    await backupDatabase(testDatabase.url, file);

    await execute(testDatabase, 'drop trigger a_noting');
    await execute(testDatabase, 'drop procedure rename_one');
    await execute(testDatabase, "create or replace view a_visit as select 'of today' as note");
    const { previous } = await restoreDatabase(testDatabase.url, file);
    await execute(testDatabase, "insert into visits (id, note) values (7, 'noted')");
    expect(await execute(testDatabase, 'select * from a_visit')).toEqual([
      { note: 'noted 1 “2”', twice: 14 },
    ]);
    await execute(testDatabase, 'call rename_one()');
    expect(await execute(testDatabase, `select ${username} as username`)).toEqual([
      { username: 'by procedure' },
    ]);

    const kept = { ...testDatabase, url: withDatabaseName(testDatabase.url, previous ?? '') };
    await execute(kept, "insert into visits (id, note) values (7, 'noted')");
    expect(await execute(kept, 'select note from visits')).toEqual([{ note: 'noted “2”' }]);
    expect(await execute(kept, 'select * from a_visit')).toEqual([{ note: 'of today' }]);
    expect(await execute(kept, 'select username from users where username = "by procedure"')).toEqual([]);
    expect(await listDatabases('mysql', testDatabase)).toHaveLength(2);
  });

  test('saves the statement of an invalid view on MySQL and MariaDB', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    await backupDatabase(testDatabase.url, file);
    await execute(testDatabase, 'create table visits (id int primary key)');
    await execute(testDatabase, 'create view all_visits as select id from visits');
    await execute(testDatabase, 'drop table visits');
    const { previous } = await restoreDatabase(testDatabase.url, file);
    const kept = { ...testDatabase, url: withDatabaseName(testDatabase.url, previous ?? '') };
    expect(await execute(kept, 'select kind, name, statement from latchkey_definitions')).toEqual([
      { kind: 'view', name: 'all_visits', statement: expect.stringContaining('`visits`') },
    ]);
  });

  test('on MySQL and MariaDB is refused if a client connects during the load', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    await execute(
      testDatabase,
      "create trigger naming before insert on users for each row set new.username = 'x'",
    );
    await execute(testDatabase, 'create view names as select username from users');
    const connected: Database[] = [];
    const restored = restoreMysql({
      url: testDatabase.url,
      file,
      format: 'portable',
      fill: async () => {
        const database = await openDatabase(testDatabase.url);
        connected.push(database);
        await database.orm.em.getConnection().execute('select 1');
      },
      inspect: async () => ({ revision: 'none', isCurrent: true }),
    });
    expect(await reasonOf(restored)).toBe('in_use');
    for (const database of connected) await database.close();
    expect(await listDatabases('mysql', testDatabase)).toHaveLength(1);
    expect(await execute(testDatabase, 'select count(*) as names from names')).toEqual([{ names: 3 }]);
    expect(await execute(testDatabase, 'show triggers')).toHaveLength(1);
  });

  test('on MySQL and MariaDB is undone if a view cannot be created', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    await execute(
      testDatabase,
      "create trigger naming before insert on users for each row set new.username = 'x'",
    );
    const before = await checksums(testDatabase);
    const name = new URL(testDatabase.url).pathname.slice(1);
    const restored = restoreMysql({
      url: testDatabase.url,
      file,
      format: 'portable',
      fill: async (url) => {
        const elsewhere = { ...testDatabase, url };
        await execute(elsewhere, 'create table notes (id int)');
        await execute(elsewhere, `create view names as select username, notes.id from ${name}.users, notes`);
      },
      inspect: async () => ({ revision: 'none', isCurrent: true }),
    });
    await expect(restored).rejects.toThrow(/names/);
    expect(await checksums(testDatabase)).toEqual(before);
    expect(await execute(testDatabase, 'show triggers')).toHaveLength(1);
    expect(await listDatabases('mysql', testDatabase)).toHaveLength(1);
  });

  test('keeps the ICU locale of the previous database', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const testDatabase = await empty('postgresql');
    const name = new URL(testDatabase.url).pathname.slice(1);
    await onServer('postgresql', async (run) => {
      await run(`drop database ${name}`);
      await run(
        `create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'de-AT' lc_collate 'C' lc_ctype 'C'`,
      );
    });
    await withDatabase(testDatabase, (database) => fillTables(database, 3));
    await backupDatabase(testDatabase.url, file);
    await restoreDatabase(testDatabase.url, file);
    const locale =
      "select datlocprovider as provider, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale " +
      'from pg_database d where datname = current_database()';
    expect(await execute(testDatabase, locale)).toEqual([{ provider: 'i', locale: 'de-AT' }]);
  });

  test('leaves no sidecar files of SQLite', async () => {
    const testDatabase = await filled('sqlite', 3);
    const path = testDatabase.url.slice('sqlite:'.length);
    await backupDatabase(testDatabase.url, file);
    const { previous } = await restoreDatabase(testDatabase.url, file);
    const files = (await readdir(dirname(path))).filter((name) => name.startsWith(basename(path)));
    expect(files.sort()).toEqual([basename(path), basename(previous ?? '')]);
  });

  test('replaces a damaged database', async () => {
    const testDatabase = await filled('sqlite', 3);
    const before = await checksums(testDatabase);
    await backupDatabase(testDatabase.url, file);
    await writeFile(testDatabase.url.slice('sqlite:'.length), 'not a database, after an accident');
    const { previous } = await restoreDatabase(testDatabase.url, file);
    expect(await checksums(testDatabase)).toEqual(before);
    expect(await readFile(previous ?? '', 'utf8')).toBe('not a database, after an accident');
  });

  test('reports a database that does not exist on the server', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    await backupDatabase((await filled('sqlite', 1)).url, file, { portable: true });
    await expect(restoreDatabase('postgres://postgres@127.0.0.1:5432/backup_none', file)).rejects.toThrow(
      'The server has no database backup_none.',
    );
  });

  test('reports a server that does not answer', async () => {
    await backupDatabase((await filled('sqlite', 1)).url, file, { portable: true });
    expect(await reasonOf(restoreDatabase('postgres://postgres@127.0.0.1:1/app', file))).toBe(
      'connection_lost',
    );
    expect(await reasonOf(restoreDatabase('mysql://root@127.0.0.1:1/app', file))).toBe('connection_lost');
  });
});
