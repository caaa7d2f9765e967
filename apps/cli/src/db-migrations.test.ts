import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase, defaultMigrationsFolder } from '@latchkey/db';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

let temporary: TemporaryDatabase;
/** A copy of the application's migrations, in the same package, from where MikroORM can be imported. */
let migrations: string;

beforeEach(async () => {
  temporary = await createTemporaryDatabase();
  // Creates the file.
  await (await openDatabase(temporary.url)).close();
  migrations = join(defaultMigrationsFolder, '../../artifacts', `migrations-${randomUUID()}`);
  await mkdir(migrations, { recursive: true });
  await cp(defaultMigrationsFolder, migrations, { recursive: true });
});
afterEach(async () => {
  await rm(migrations, { recursive: true, force: true });
  await temporary.remove();
});

/** Runs a command on the copy of the migrations. */
const db = (words: string[], env: Record<string, string> = {}) =>
  runUnchanged([...words, '--migrations', migrations], env);

const runUnchanged = (words: string[], env: Record<string, string> = {}) =>
  runCommand('db', words, { env: { DATABASE_URL: temporary.url, ...env } });

/** The name of the last migration, and its message. */
async function findHead(): Promise<{ name: string; message: string }> {
  const name = (await db(['heads'])).out.trim();
  return { name, message: name.replace(/^Migration\d+_/, '').replaceAll('_', ' ') };
}

/** Removes a column from the snapshots: as if it had just been added to the entity. */
async function removeFromSnapshots(column: string): Promise<void> {
  for (const engine of await readdir(migrations)) {
    const path = join(migrations, engine, '.snapshot.json');
    const snapshot = JSON.parse(await readFile(path, 'utf8')) as {
      tables: { name: string; columns: Record<string, unknown> }[];
    };
    for (const table of snapshot.tables) {
      if (table.name !== 'users') continue;
      table.columns = Object.fromEntries(Object.entries(table.columns).filter(([name]) => name !== column));
    }
    await writeFile(path, JSON.stringify(snapshot, null, 2));
  }
}

/** Adds a column to the snapshots: as if it had just been removed from the entity. */
async function addToSnapshots(column: string, like: string): Promise<void> {
  for (const engine of await readdir(migrations)) {
    const path = join(migrations, engine, '.snapshot.json');
    const snapshot = JSON.parse(await readFile(path, 'utf8')) as {
      tables: { name: string; columns: Record<string, object> }[];
    };
    const users = snapshot.tables.find(({ name }) => name === 'users');
    if (users) users.columns[column] = { ...users.columns[like], name: column };
    await writeFile(path, JSON.stringify(snapshot, null, 2));
  }
}

describe('pnpm db migrate', () => {
  test('fails when there is nothing to write', async () => {
    const before = await readdir(join(migrations, 'sqlite'));
    expect(await db(['migrate', '-m', 'nothing'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The entities and the migrations match/),
    });
    expect(await readdir(join(migrations, 'sqlite'))).toEqual(before);
  });

  test('writes a migration for every engine without a server, and lists the changes [M2]', async () => {
    await removeFromSnapshots('alarmed_at');
    const written = await db(['migrate', '-m', 'alarms'], {
      DATABASE_URL: 'postgres://none@127.0.0.1:1/none',
    });
    expect(written).toMatchObject({ code: 0, err: '' });
    expect(written.out).toMatch(/^\+ added column users\.alarmed_at\n/);
    const [name = ''] = /Migration\d{14}_alarms/.exec(written.out) ?? [];
    const sources = await Promise.all(
      ['sqlite', 'postgresql', 'mysql'].map((engine) =>
        readFile(join(migrations, engine, `${name}.ts`), 'utf8'),
      ),
    );
    expect(sources.map((source) => /add .*alarmed_at [\w()]+/.exec(source)?.[0])).toEqual([
      'add column alarmed_at datetime',
      'add alarmed_at timestamptz(3)',
      'add alarmed_at datetime(3)',
    ]);
    for (const source of sources) expect(source).toContain('drop');
    expect((await db(['migrate', '-m', 'again'])).err).toContain('there is nothing to write');
  });

  test('requires --yes without a terminal to write a migration that loses data', async () => {
    await addToSnapshots('shoe_size', 'role');
    const refused = await db(['migrate', '-m', 'no shoes']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    expect(refused.err).toContain('The values of users.shoe_size are lost');
    expect((await db(['migrate', '-m', 'no shoes', '--yes'])).code).toBe(0);
  });

  test('requires --rename or --drop-and-add without a terminal for a possible rename', async () => {
    await removeFromSnapshots('waiting_email_key');
    await addToSnapshots('wanted_email_key', 'email_key');
    const refused = await db(['migrate', '-m', 'names']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--drop-and-add') });
    expect(refused.err).toContain('--rename users.wanted_email_key:waiting_email_key');
    const written = await db([
      'migrate',
      '-m',
      'names',
      '--rename',
      'users.wanted_email_key:waiting_email_key',
      '--json',
    ]);
    expect(JSON.parse(written.out)).toMatchObject({
      changes: [{ kind: 'renamed', what: 'column users.wanted_email_key to waiting_email_key' }],
    });
  });

  test('writes an empty migration with --empty and --rev-id [M3]', async () => {
    const written = await db(['migrate', '--empty', '-m', 'by hand', '--rev-id', '20991231235959']);
    expect(written.out).toContain('wrote Migration20991231235959_by_hand');
    expect(await db(['migrate', '--empty', '--rev-id', 'x'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^--rev-id: found x; expected a time as fourteen digits/),
    });
  });
});

describe('pnpm db upgrade', () => {
  test('reports at once that it waits for a lock, and then continues', async () => {
    await runUnchanged(['upgrade', '+1']);
    const database = await openDatabase(temporary.url);
    // The cast: on SQLite, it is better-sqlite3's.
    const sqlite = (await database.nativeClient()) as { exec(sql: string): void };
    sqlite.exec('begin immediate');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'db.ts'), 'upgrade'], {
      env: { ...process.env, DATABASE_URL: temporary.url },
    });
    const [message] = (await once(child.stderr, 'data')) as [Buffer];
    expect(message.toString()).toMatch(
      /^Waiting: another process is migrating \S+app\.db, or has it locked\.\n$/,
    );
    sqlite.exec('rollback');
    expect(await once(child, 'close')).toEqual([0, null]);
    await database.close();
  });
});

describe('pnpm db check', () => {
  test('exits with 1 and lists the differences [M9]', async () => {
    await removeFromSnapshots('alarmed_at');
    expect(await db(['check'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('added column users.alarmed_at'),
    });
    expect(JSON.parse((await db(['check', '--json'])).out)).toMatchObject({ agree: false });
  });
});

describe('the other commands on migrations', () => {
  test('history lists the migrations, newest first, and whether each is applied [M7]', async () => {
    await db(['upgrade', '+1']);
    const { out } = await db(['history']);
    expect(out.split('\n').map((line) => line.split('  ')[1]?.replace(/\d.*/, 'at'))).toEqual([
      'pending (head)',
      ...Array.from({ length: (await readdir(join(migrations, 'sqlite'))).length - 3 }, () => 'pending'),
      'applied at',
      undefined,
    ]);
    expect((await db(['history', '-v'])).out).toContain('builds on: nothing');
    expect((await db(['history', '-i'])).out).toMatch(/users_and_sessions {2}applied \S+ \(current\)\n$/);
    expect((await db(['history', '-r', 'head:base'])).out).toBe((await db(['history'])).out);
    expect((await db(['history', '-r', 'a:b:c'])).err).toContain('found a:b:c; expected two revisions');
    expect(JSON.parse((await db(['history', '--json', '-r', ':users'])).out)).toMatchObject({
      revisions: [{ message: 'users and sessions' }],
    });
  });

  test('heads, branches and show [M7]', async () => {
    const { name, message } = await findHead();
    expect(name).toMatch(/^Migration\d{14}_\w+$/);
    expect((await db(['heads', '-v'])).out).toMatch(/builds on: Migration\d+_\w+\n {4}file: /);
    expect((await db(['branches', '-v'])).out).toBe('There are no branches.\n');
    expect((await db(['show', 'signing'])).out).toContain('export class Migration20261124090000_signing_in');
    expect(JSON.parse((await db(['show', 'head', '--json'])).out)).toMatchObject({ name, message });
  });

  test('stamp and current [M6]', async () => {
    const { name, message } = await findHead();
    expect((await db(['stamp', 'head'])).out).toBe(`at ${name}\n`);
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
    expect((await db(['current', '-v'])).out).toContain(`\n    message: ${message}\n`);
    expect((await db(['stamp', 'base'])).out).toBe('No migration is marked as applied.\n');
  });

  test('sql prints the script of each engine without a server [M11]', async () => {
    expect((await db(['sql'])).out).toMatch(/^pragma foreign_keys = off;\nbegin immediate;/);
    expect((await db(['sql', '--database-url', 'postgres://a@127.0.0.1:1/b'])).out).toMatch(
      /^begin;\n[\s\S]*timestamptz\(3\)[\s\S]*commit;\n$/,
    );
    expect((await db(['sql', 'users:signing', '--database-url', 'mysql://a@127.0.0.1:1/b'])).out).toContain(
      '-- Migration20261124090000_signing_in: up',
    );
  });

  test('edit lists the files without a terminal [M8]', async () => {
    const refused = await db(['edit', 'head'], { EDITOR: 'true' });
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no terminal for an editor.'),
    });
    expect(refused.err.split(`${(await findHead()).name}.ts`)).toHaveLength(4);
  });

  test.each([
    [['upgrade', 'nonsense'], /^There is no revision “nonsense”\. To list all revisions: pnpm db history\n$/],
    [['downgrade', 'Migration2026'], /matches more than one revision/],
    [['show', 'nonsense'], /^There is no revision/],
    [['stamp', 'nonsense'], /^There is no revision/],
    [['sql', 'a:b'], /^There is no revision/],
    [['merge'], /^The migrations have only one head/],
    [['migrate', '--rename', 'x'], /^--rename: found x; expected TABLE\.COLUMN:NEW_COLUMN/],
  ])('%j is refused with one line and exit code 1', async (words, sentence) => {
    const refused = await db(words);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
    expect(refused.err.trim().split('\n')).toHaveLength(1);
  });

  test('an empty --database-url does not fall back to DATABASE_URL', async () => {
    await db(['upgrade']);
    for (const words of [['reset', '--yes'], ['downgrade', 'base'], ['current']]) {
      const refused = await runUnchanged([...words, '--database-url', '']);
      expect(refused).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^--database-url: found nothing/),
      });
    }
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
    expect((await db(['current', '-v'])).out).toContain(`\n    message: ${(await findHead()).message}\n`);
  });

  test.each(['upgrade', 'check', 'heads', 'migrate'])(
    '%s is refused for a missing folder of migrations',
    async (command) => {
      const refused = await runUnchanged([command, '--migrations', '/does/not/exist']);
      expect(refused).toMatchObject({
        code: 1,
        err: '--migrations: found /does/not/exist, which is not a folder.\n',
      });
    },
  );

  test.each([['current'], ['history'], ['show', 'head']])(
    '%s does not create a missing database',
    async (...words) => {
      const path = join(temporary.folder, 'mistyped/app.db');
      const { code, out } = await db([...words, '--database-url', `sqlite:${path}`]);
      expect(code).toBe(0);
      expect(out).toMatch(/No migration is applied|pending/);
      expect(await readdir(temporary.folder)).not.toContain('mistyped');
    },
  );

  test('current does not suggest an upgrade for revisions of a newer version', async () => {
    await db(['upgrade']);
    const database = await openDatabase(temporary.url);
    await database
      .em()
      .getConnection()
      .execute("insert into migrations (name) values ('Migration29990101000000_future')");
    await database.close();
    const { out } = await db(['current']);
    expect(out).toContain('has migrations that this version does not know');
    expect(out).not.toContain('Run: pnpm db upgrade');
  });

  test('a reader may close the pipe early', async () => {
    await db(['upgrade']);
    const program = join(import.meta.dirname, 'db.ts');
    const child = spawn(process.execPath, [program, 'sql'], {
      env: { ...process.env, DATABASE_URL: temporary.url },
    });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    await once(child, 'close');
    expect(err).toBe('');
  });

  test('a migration that was edited after it ran stops the next upgrade [M10]', async () => {
    await db(['upgrade', '+1']);
    const path = join(migrations, 'sqlite/Migration20261123120000_users_and_sessions.ts');
    await writeFile(path, `${await readFile(path, 'utf8')}// edited\n`);
    expect((await db(['history'])).out).toContain('edited after it was applied');
    expect(await db(['upgrade'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('was edited after it ran here'),
    });
  });
});
