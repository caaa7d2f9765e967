import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { openCopyProgress } from '../copy/copy-progress.ts';
import { engines, openDatabase } from '@latchkey/db';
import { startProxy, startTlsProxy, testTls } from '@latchkey/db/testing';
import { isUpToDate } from '@latchkey/migrator';
import { backupDatabase } from './backup.ts';
import { detectBackupFormat } from './detect-backup-format.ts';
import { backupPostgresql } from './postgresql-backup.ts';
import { restoreDatabase } from './restore.ts';
import { withDatabaseName } from './server-url.ts';
import { availableEngines, skipNote } from '../test-databases.fixture.ts';
import {
  eachTestHasAFolder,
  folder,
  file,
  filled,
  withDatabase,
  execute,
  checksums,
  reasonOf,
  onEach,
  damagePage,
} from './backup.fixture.ts';

eachTestHasAFolder();

describe('a backup', () => {
  test.for(onEach)(
    'restores all rows on $engine, and keeps the previous database$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const testDatabase = await filled(engine, 120);
      const before = await checksums(testDatabase);
      const backup = await backupDatabase(testDatabase.url, file);
      expect(backup).toMatchObject({ format: engine, file });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readdir(folder)).toEqual(['a.backup']);
      expect(await detectBackupFormat(file)).toBe(engine);

      await execute(testDatabase, 'delete from users');
      const restored = await restoreDatabase(testDatabase.url, file);
      expect(restored).toMatchObject({ format: engine, isCurrent: true });
      expect(await checksums(testDatabase)).toEqual(before);
      expect(await withDatabase(testDatabase, isUpToDate)).toBe(true);

      const kept =
        engine === 'sqlite'
          ? `sqlite:${restored.previous}`
          : withDatabaseName(testDatabase.url, restored.previous ?? '');
      expect(await execute({ ...testDatabase, url: kept }, 'select count(*) as users from users')).toEqual([
        { users: engine === 'postgresql' ? '0' : 0 },
      ]);
      await execute(testDatabase, 'delete from users');
      expect(await execute(testDatabase, 'select count(*) as sessions from sessions')).toEqual([
        { sessions: engine === 'postgresql' ? '0' : 0 },
      ]);
    },
  );

  const pairs = engines.flatMap((from) => engines.map((to) => ({ from, to, skipNote: skipNote(from, to) })));
  test.for(pairs)(
    'in the portable format is restored from $from to $to$skipNote',
    async ({ from, to }, { skip }) => {
      skip(![from, to].every((engine) => availableEngines.includes(engine)), 'no server answers');
      const source = await filled(from, 120);
      const backup = await backupDatabase(source.url, file, { portable: true });
      expect(backup).toMatchObject({ format: 'portable', rows: 960 });
      const target = await filled(to, 3);
      await restoreDatabase(target.url, file);
      expect(await checksums(target)).toEqual(await checksums(source));
    },
  );

  test('is portable if the programs of the server are not installed', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      expect(await backupDatabase(testDatabase.url, file)).toMatchObject({ format: 'portable' });
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('replaces an existing file only if that is allowed', async () => {
    const testDatabase = await filled('sqlite', 3);
    await writeFile(file, 'a document');
    expect(await reasonOf(backupDatabase(testDatabase.url, file))).toBe('file_exists');
    expect(await readFile(file, 'utf8')).toBe('a document');
    await backupDatabase(testDatabase.url, file, { replaces: true });
    expect(await detectBackupFormat(file)).toBe('sqlite');
  });

  test('of a missing database does not create it', async () => {
    expect(await reasonOf(backupDatabase(`sqlite:${join(folder, 'mistyped.db')}`, file))).toBe(
      'unknown_database',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a database with a damaged page reports the database, not the backup', async () => {
    const testDatabase = await filled('sqlite', 300);
    const path = testDatabase.url.slice('sqlite:'.length);
    await damagePage(path, 9);
    const message = await backupDatabase(testDatabase.url, file).catch((error: unknown) => String(error));
    expect(message).toContain(`${path} is damaged (`);
    expect(message).not.toContain(file);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a server whose connection is lost reports the server, not the backup', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const proxy = await startProxy((await filled('postgresql', 1)).url);
    const database = await openDatabase(proxy.url);
    const stopped = proxy.stop();
    const backup = backupPostgresql(database, proxy.url, file, 'pg_dump');
    await expect(backup).rejects.toThrow(`The server at ${database.location} does not answer.`);
    await stopped;
    await database.close();
  });

  test('reports that PostgreSQL closed the connection while pg_dump was running', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const testDatabase = await filled('postgresql', 3);
    const program = join(folder, 'pg_dump');
    await writeFile(
      program,
      '#!/bin/sh\npsql --quiet --command="select pg_terminate_backend(pid) from pg_stat_activity ' +
        'where datname = current_database() and pid <> pg_backend_pid()" > /dev/null\nexec pg_dump "$@"\n',
    );
    await chmod(program, 0o700);
    await withDatabase(testDatabase, async (database) => {
      await database.orm.em.getConnection().execute('select 1');
      expect(await reasonOf(backupPostgresql(database, testDatabase.url, file, program))).toBe('tool_failed');
    });
  });

  test('counts the rows of a schema whose name begins with pg', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const testDatabase = await filled('postgresql', 3);
    const { rows } = await backupDatabase(testDatabase.url, file);
    await execute(testDatabase, 'create schema pgboss');
    await execute(testDatabase, 'create table pgboss.jobs as select 1 as id union select 2');
    expect((await backupDatabase(testDatabase.url, file, { replaces: true })).rows).toBe((rows ?? 0) + 2);
  });

  test('uses the root certificates of Node with sslmode=verify-full', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const testDatabase = await filled('postgresql', 3);
    const front = await startTlsProxy(testDatabase.url, testTls);
    const usual = getCACertificates();
    setDefaultCACertificates([...usual, testTls.ca]);
    try {
      const url = Object.assign(new URL(testDatabase.url), {
        host: `localhost:${front.port}`,
        search: 'sslmode=verify-full',
      });
      expect(await backupDatabase(url.href, file)).toMatchObject({ format: 'postgresql' });
    } finally {
      setDefaultCACertificates(usual);
      await front.stop();
    }
  });

  test('reports a missing folder', async () => {
    const testDatabase = await filled('sqlite', 1);
    await expect(backupDatabase(testDatabase.url, join(folder, 'none', 'a.backup'))).rejects.toThrow(
      /none\/a\.backup cannot be opened as a file/,
    );
  });

  test('ends while another process writes, without failed writes', async () => {
    const testDatabase = await filled('sqlite', 6000);
    const writer = spawn(process.execPath, ['--input-type=module', '--eval', writing(testDatabase.url)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(writer, 'close');
    const lines = createInterface({ input: writer.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('writing');

    const backup = await backupDatabase(testDatabase.url, file);
    writer.stdin.end('stop\n');
    const { failed, writes } = JSON.parse(String((await lines.next()).value)) as Record<string, number>;
    await ended;
    expect(failed).toBe(0);
    expect(writes).toBeGreaterThan(1);
    expect(backup.rows).toBeGreaterThanOrEqual(48_000);

    // The backup is consistent: each write changed two tables in one transaction.
    const copy = { ...testDatabase, url: `sqlite:${file}` };
    const [row] = await execute(
      copy,
      "select (select username from users where id like '%000000001') = (select user_agent from security_events where id like '%000000001') as same",
    );
    expect(row).toEqual({ same: 1 });
  });
});

describe('a backup is refused', () => {
  test.each(['', '-wal', '-shm'])(
    'to a file of the database itself, even with --force: app.db%s',
    async (ending) => {
      const testDatabase = await filled('sqlite', 3);
      const path = testDatabase.url.slice('sqlite:'.length);
      await withDatabase(testDatabase, async (database) => {
        await database.orm.em.getConnection().execute('select count(*) from users');
        const link = join(folder, 'link');
        await symlink(path + ending, link);
        for (const to of [path + ending, link]) {
          expect(await reasonOf(backupDatabase(testDatabase.url, to, { replaces: true }))).toBe(
            'same_database',
          );
        }
      });
      expect(await checksums(testDatabase)).toHaveLength(8);
    },
  );

  test('does not replace anything but a file', async () => {
    const testDatabase = await filled('sqlite', 3);
    execFileSync('mkfifo', [file]);
    expect(await reasonOf(backupDatabase(testDatabase.url, file, { replaces: true }))).toBe('no_file');
    expect((await stat(file)).isFIFO()).toBe(true);
  });

  test.for(onEach)(
    'of a database with an interrupted copy on $engine$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const testDatabase = await filled(engine, 3);
      await withDatabase(testDatabase, (database) => openCopyProgress(database).begin('elsewhere'));
      expect(await reasonOf(backupDatabase(testDatabase.url, file))).toBe('interrupted_copy');
    },
  );
});

/** A program that writes until it receives a line, and prints the number of writes and of failed ones. */
const writing = (url: string) => `
  import { randomBytes } from 'node:crypto';
  import { once } from 'node:events';
  import { setImmediate } from 'node:timers/promises';
  import { openDatabase } from ${JSON.stringify(import.meta.resolve('@latchkey/db'))};
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
