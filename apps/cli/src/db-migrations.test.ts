import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase, ourMigrations } from '@latchkey/db';
import { temporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let place: Awaited<ReturnType<typeof temporaryDatabase>>;
/** A copy of the application's migrations, beside them: they import MikroORM, which is found from there. */
let migrations: string;

beforeEach(async () => {
  place = await temporaryDatabase();
  migrations = join(ourMigrations, '../../artifacts', `migrations-${randomUUID()}`);
  await mkdir(migrations, { recursive: true });
  await cp(ourMigrations, migrations, { recursive: true });
});
afterEach(async () => {
  await rm(migrations, { recursive: true, force: true });
  await place.remove();
});

type Ended = { code: number; out: string; err: string };

/** Runs a command as `pnpm db …` does, on the copy, and without a terminal. */
const db = (words: string[], env: Record<string, string> = {}) =>
  runOnly([...words, '--migrations', migrations], env);

/** The same, with these words and no others. */
function runOnly(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, 'db.ts');
    const settings = { env: { ...process.env, DATABASE_URL: place.url, ...env } };
    execFile(process.execPath, [program, ...words], settings, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** Takes what the migrations of `users.alarmed_at` know of it out of the last state: as if the entity had just got it. */
async function forgetColumn(column: string): Promise<void> {
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

/** Adds a column to the last state that no entity has: as if one had just been taken away. */
async function inventColumn(column: string, like: string): Promise<void> {
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
  test('writes nothing, and fails, when there is nothing to write', async () => {
    const before = await readdir(join(migrations, 'sqlite'));
    expect(await db(['migrate', '-m', 'nothing'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The entities and the migrations agree/),
    });
    expect(await readdir(join(migrations, 'sqlite'))).toEqual(before);
  });

  test('M2: writes a migration for every engine in one go, says what it saw, and needs no server', async () => {
    await forgetColumn('alarmed_at');
    const written = await db(['migrate', '-m', 'alarms'], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
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

  test('asks before it loses data, and does without a terminal what --yes says', async () => {
    await inventColumn('shoe_size', 'role');
    const refused = await db(['migrate', '-m', 'no shoes']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    expect(refused.err).toContain('What users.shoe_size holds is lost');
    expect((await db(['migrate', '-m', 'no shoes', '--yes'])).code).toBe(0);
  });

  test('asks whether it is a rename, and without a terminal wants to be told', async () => {
    await forgetColumn('pending_email_key');
    await inventColumn('wanted_email_key', 'email_key');
    const refused = await db(['migrate', '-m', 'names']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--drop-and-add') });
    expect(refused.err).toContain('--rename users.wanted_email_key:pending_email_key');
    const written = await db([
      'migrate',
      '-m',
      'names',
      '--rename',
      'users.wanted_email_key:pending_email_key',
      '--json',
    ]);
    expect(JSON.parse(written.out)).toMatchObject({
      changes: [{ kind: 'renamed', what: 'column users.wanted_email_key to pending_email_key' }],
    });
  });

  test('M3: --empty writes one to fill in, with the id that is asked for', async () => {
    const written = await db(['migrate', '--empty', '-m', 'by hand', '--rev-id', '20991231235959']);
    expect(written.out).toContain('wrote Migration20991231235959_by_hand');
    expect(await db(['migrate', '--empty', '--rev-id', 'x'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^--rev-id: found x; expected a time as fourteen digits/),
    });
  });
});

describe('pnpm db upgrade', () => {
  test('says at once that it waits while another program has locked the file, and goes on after it', async () => {
    await runOnly(['upgrade', '+1']);
    const database = await openDatabase(place.url);
    // The cast: on SQLite, it is better-sqlite3's.
    const sqlite = (await database.nativeClient()) as { exec(sql: string): void };
    sqlite.exec('begin immediate');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'db.ts'), 'upgrade'], {
      env: { ...process.env, DATABASE_URL: place.url },
    });
    const [told] = (await once(child.stderr, 'data')) as [Buffer];
    expect(told.toString()).toMatch(
      /^Waiting: another process is migrating \S+app\.db, or has it locked\.\n$/,
    );
    sqlite.exec('rollback');
    expect(await once(child, 'close')).toEqual([0, null]);
    await database.close();
  });
});

describe('pnpm db check', () => {
  test('M9: exits 1 and says what differs', async () => {
    await forgetColumn('alarmed_at');
    expect(await db(['check'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('added column users.alarmed_at'),
    });
    expect(JSON.parse((await db(['check', '--json'])).out)).toMatchObject({ agree: false });
  });
});

describe('what there is', () => {
  test('M7: history shows the migrations, the newest first, and which have run here', async () => {
    await db(['upgrade', '+1']);
    const { out } = await db(['history']);
    expect(out.split('\n').map((line) => line.split('  ')[1]?.replace(/\d.*/, 'at'))).toEqual([
      'pending (head)',
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

  test('M7: heads, branches and show', async () => {
    expect((await db(['heads'])).out).toMatch(/^Migration\d+_signing_in\n$/);
    expect((await db(['heads', '-v'])).out).toMatch(/builds on: Migration\d+_users_and_sessions\n {4}file: /);
    expect((await db(['branches', '-v'])).out).toBe('');
    expect((await db(['show', 'signing'])).out).toContain('export class Migration20261124090000_signing_in');
    expect(JSON.parse((await db(['show', 'head', '--json'])).out)).toMatchObject({ message: 'signing in' });
  });

  test('M6: stamp and current', async () => {
    expect((await db(['stamp', 'head'])).out).toMatch(/^at Migration\d+_signing_in\n$/);
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
    expect((await db(['current', '-v'])).out).toMatch(/signing_in, applied \S+\n {4}does: signing in\n/);
    expect((await db(['stamp', 'base'])).out).toBe('No migration counts as having run.\n');
  });

  test('M11: sql prints the script, for each engine, without a server', async () => {
    expect((await db(['sql'])).out).toMatch(/^pragma foreign_keys = off;\nbegin immediate;/);
    expect((await db(['sql', '--database-url', 'postgres://a@127.0.0.1:1/b'])).out).toMatch(
      /^begin;\n[\s\S]*timestamptz\(3\)[\s\S]*commit;\n$/,
    );
    expect((await db(['sql', 'users:', '--database-url', 'mysql://a@127.0.0.1:1/b'])).out).toContain(
      '-- Migration20261124090000_signing_in: up',
    );
  });

  test('M8: edit without a terminal names the files', async () => {
    const refused = await db(['edit', 'head'], { EDITOR: 'true' });
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no terminal for an editor.'),
    });
    expect(refused.err.match(/_signing_in\.ts/g)).toHaveLength(3);
  });

  test.each([
    [['upgrade', 'nonsense'], /^There is no revision “nonsense”\. To see them all: pnpm db history\n$/],
    [['downgrade', 'Migration2026'], /fits more than one revision/],
    [['show', 'nonsense'], /^There is no revision/],
    [['stamp', 'nonsense'], /^There is no revision/],
    [['sql', 'a:b'], /^There is no revision/],
    [['merge'], /^There is one end to the migrations/],
    [['migrate', '--rename', 'x'], /^--rename: found x; expected TABLE\.COLUMN:NEW_COLUMN/],
  ])('%j is refused in a line, with exit code 1', async (words, sentence) => {
    const refused = await db(words);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
    expect(refused.err.trim().split('\n')).toHaveLength(1);
  });

  test('an address that was left empty is not taken for the usual one', async () => {
    await db(['upgrade']);
    for (const words of [['reset', '--yes'], ['downgrade', 'base'], ['current']]) {
      const refused = await runOnly([...words, '--database-url', '']);
      expect(refused).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^--database-url: found nothing/),
      });
    }
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
    expect((await db(['current', '-v'])).out).toMatch(/signing_in, applied \S+\n {4}does: signing in\n/);
  });

  test.each(['upgrade', 'check', 'heads', 'migrate'])(
    '%s in a folder that is not there is refused',
    async (command) => {
      const refused = await runOnly([command, '--migrations', '/does/not/exist']);
      expect(refused).toMatchObject({
        code: 1,
        err: '--migrations: found /does/not/exist, where there is no folder.\n',
      });
    },
  );

  test.each([['current'], ['history'], ['show', 'head']])(
    '%s makes no database where there is none',
    async (...words) => {
      const path = join(place.folder, 'mistyped/app.db');
      const { code, out } = await db([...words, '--database-url', `sqlite:${path}`]);
      expect(code).toBe(0);
      expect(out).toMatch(/No migration has run here|pending/);
      expect(await readdir(place.folder)).not.toContain('mistyped');
    },
  );

  test('current names the way on that fits, and not an upgrade that would be refused', async () => {
    await db(['upgrade']);
    const database = await openDatabase(place.url);
    await database.orm.migrator.logMigration('Migration29990101000000_future');
    await database.close();
    const { out } = await db(['current']);
    expect(out).toContain('has migrations that this version does not know');
    expect(out).not.toContain('Run: pnpm db upgrade');
  });

  test('whoever reads may stop early', async () => {
    await db(['upgrade']);
    const program = join(import.meta.dirname, 'db.ts');
    const child = spawn(process.execPath, [program, 'sql'], {
      env: { ...process.env, DATABASE_URL: place.url },
    });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    await once(child, 'close');
    expect(err).toBe('');
  });

  test('M10: --migrations takes another folder; one that was edited after it ran is shown as such, and stops the next upgrade', async () => {
    await db(['upgrade', '+1']);
    const path = join(migrations, 'sqlite/Migration20261123120000_users_and_sessions.ts');
    await writeFile(path, `${await readFile(path, 'utf8')}// edited\n`);
    expect((await db(['history'])).out).toContain('edited since');
    expect(await db(['upgrade'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('was edited after it ran here'),
    });
  });
});
