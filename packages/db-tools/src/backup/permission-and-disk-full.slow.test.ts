import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { copyDatabase } from '../copy/copy-database.ts';
import { backupDatabase } from './backup.ts';
import { restoreDatabase } from './restore.ts';
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
  filled,
  withDatabase,
  execute,
  checksums,
  reasonOf,
  onServers,
} from './backup.fixture.ts';

eachTestHasAFolder();

describe('without permission, or with a lock', () => {
  const login = `backup_${randomBytes(6).toString('hex')}`;
  const asLogin = ({ url }: TestDatabase, password = 'right') => {
    const other = new URL(url);
    [other.username, other.password] = [login, password];
    return other.href;
  };

  test('PostgreSQL: a restore reports the missing permission', async ({ skip }) => {
    skip(!availableEngines.includes('postgresql'), 'no server answers');
    const testDatabase = await filled('postgresql', 3);
    await backupDatabase(testDatabase.url, file);
    const before = await checksums(testDatabase);
    await onServer('postgresql', async (run) => {
      await run(`create role ${login} login password 'right'`);
    });
    try {
      await expect(restoreDatabase(asLogin(testDatabase), file)).rejects.toThrow(
        /does not have the required permission: permission denied to create database$/,
      );
    } finally {
      await onServer('postgresql', async (run) => {
        await run(`drop role ${login}`);
      });
    }
    expect(await checksums(testDatabase)).toEqual(before);
  });

  test('MariaDB: a wrong password and a missing permission are reported', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    await backupDatabase(testDatabase.url, file);
    const before = await checksums(testDatabase);
    const name = new URL(testDatabase.url).pathname.slice(1);
    await onServer('mysql', async (run) => {
      await run(`create user ${login}@'127.0.0.1' identified by 'right'`);
      await run(`grant all on ${name}.* to ${login}@'127.0.0.1'`);
    });
    try {
      expect(await reasonOf(backupDatabase(asLogin(testDatabase, 'wrong'), `${file}2`))).toBe(
        'wrong_password',
      );
      // mariadb-dump gets the correct password as well.
      expect(await backupDatabase(asLogin(testDatabase), `${file}2`)).toMatchObject({ format: 'mysql' });
      expect(await reasonOf(restoreDatabase(asLogin(testDatabase), file))).toBe('no_rights');
    } finally {
      await onServer('mysql', async (run) => {
        await run(`drop user ${login}@'127.0.0.1'`);
      });
    }
    expect(await checksums(testDatabase)).toEqual(before);
  });

  test('MariaDB: a restore reports the missing TRIGGER privilege', async ({ skip }) => {
    skip(!availableEngines.includes('mysql'), 'no server answers');
    const testDatabase = await filled('mysql', 3);
    await backupDatabase(testDatabase.url, file, { portable: true });
    await execute(
      testDatabase,
      "create trigger naming before insert on users for each row set new.username = 'x'",
    );
    const before = await checksums(testDatabase);
    const name = new URL(testDatabase.url).pathname.slice(1);
    const rights = 'select, insert, update, delete, create, drop, alter, index, references, create view';
    await onServer('mysql', async (run) => {
      await run(`create user ${login}@'127.0.0.1' identified by 'right'`);
      await run(`grant ${rights} on \`${name}%\`.* to ${login}@'127.0.0.1'`);
    });
    try {
      await expect(restoreDatabase(asLogin(testDatabase), file)).rejects.toThrow(
        /does not have the required permission: .*TRIGGER/,
      );
    } finally {
      await onServer('mysql', async (run) => {
        await run(`drop user ${login}@'127.0.0.1'`);
      });
    }
    expect(await checksums(testDatabase)).toEqual(before);
    expect(await listDatabases('mysql', testDatabase)).toHaveLength(1);
  });

  test('SQLite: a file that another program has locked is reported', async () => {
    const testDatabase = await filled('sqlite', 3);
    const other = new Sqlite(testDatabase.url.slice('sqlite:'.length));
    other.pragma('locking_mode = exclusive');
    other.exec('begin exclusive');
    try {
      expect(await reasonOf(backupDatabase(testDatabase.url, file, { busyTimeoutMs: 0 }))).toBe('locked');
      expect(await reasonOf(restoreDatabase(testDatabase.url, await anotherBackup()))).toBe('in_use');
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
    skip(!mountSmallDisk(small), 'only root can mount a small disk');
    try {
      await work(small);
    } finally {
      execFileSync('umount', [small]);
    }
  };

  test('fails a backup, and leaves no file', async ({ skip }) => {
    await onSmallDisk(skip, async (small) => {
      const testDatabase = await filled('sqlite', 1500);
      await expect(backupDatabase(testDatabase.url, join(small, 'a.backup'))).rejects.toThrow(
        /^The disk is full/,
      );
      expect(await readdir(small)).toEqual([]);
      const portable = backupDatabase(testDatabase.url, join(small, 'a.backup'), { portable: true });
      expect(await portable).toMatchObject({ format: 'portable' });
    });
  });

  test.for(onServers)(
    'fails a backup by the program of $engine, and leaves no file$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const testDatabase = await filled(engine, 4000);
      await onSmallDisk(skip, async (small) => {
        await writeFile(join(small, 'others'), Buffer.alloc(1_000_000));
        expect(await reasonOf(backupDatabase(testDatabase.url, join(small, 'a.backup')))).toBe('disk_full');
        expect(await readdir(small)).toEqual(['others']);
      });
    },
  );

  test('fails a restore, and leaves the database unchanged', async ({ skip }) => {
    await onSmallDisk(skip, async (small) => {
      const testDatabase = { ...(await filled('sqlite', 1500)) };
      await backupDatabase(testDatabase.url, file);
      const target = { ...testDatabase, url: `sqlite:${join(small, 'app.db')}` };
      await withDatabase(target, (database) => fillTables(database, 3));
      const before = await checksums(target);
      expect(await reasonOf(restoreDatabase(target.url, file))).toBe('disk_full');
      expect(await readdir(small)).toEqual(['app.db']);
      expect(await checksums(target)).toEqual(before);
    });
  });

  test('fails a copy, which can be resumed with more space', async ({ skip }) => {
    await onSmallDisk(skip, async (small) => {
      const testDatabase = await filled('sqlite', 1500);
      const target = { ...testDatabase, url: `sqlite:${join(small, 'app.db')}` };
      const copy = (resume: boolean) =>
        withDatabase(testDatabase, (from) =>
          withDatabase(target, (to) => copyDatabase(from, to, { resume })),
        );
      expect(await reasonOf(copy(false))).toBe('disk_full');
      execFileSync('mount', ['-o', 'remount,size=64m', small]);
      await copy(true);
      expect(await checksums(target)).toEqual(await checksums(testDatabase));
    });
  });
});

/** Mounts a file system of one megabyte. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mkdir', [path]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
