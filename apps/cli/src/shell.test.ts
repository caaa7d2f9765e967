import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestShell, type TestShell } from './shell/testing.ts';

let shell: TestShell;
beforeAll(async () => {
  shell = await createTestShell();
});
afterAll(() => shell.remove());

describe('pnpm shell -e', () => {
  test.each([
    ['1 + 1', '2'],
    ['"a text"', 'a text'],
    ['{ a: 1 }', '{ a: 1 }'],
    ['const a = 20; const b = await 1; (a + b) * 2', '42'],
    ['em.count(User)', '6'],
    [
      '(await em.find(User, {}, { orderBy: { username: "asc" } })).map(({ username }) => username).join()',
      'bob,eric,jack,mayra,sam,susan',
    ],
    ['await checkPassword(await hashPassword("mypassword"), "mypassword")', 'true'],
    ['await checkPassword((await em.findOne(User, { username: "susan" })).passwordHash, "dog")', 'false'],
    ['await api.auth.me.query()', 'null'],
    ['await api.auth.me()', 'null'],
    ['(await (await as("susan")).auth.me.query()).user.role', 'admin'],
    ["(await as('susan').auth.me()).user.username", 'susan'],
    ['(await as("susan").auth.me.query()).user.username', 'susan'],
    ['sam = as("sam"); (await sam.account.sessions.list()).length', '1'],
    ['require("node:path").sep', '/'],
  ])('%s prints %s', async (statements, value) => {
    expect(await shell.run(['-e', statements])).toMatchObject({ code: 0, out: `${value}\n`, err: '' });
  });

  test.each([
    ['fast', 'm=8,t=1,p=1'],
    ['standard', 'm=19456,t=2,p=1'],
  ])('hashes with the cost of PASSWORD_HASHING=%s', async (hashing, cost) => {
    const { out } = await shell.run(['-e', 'await hashPassword("cat")'], {
      env: { PASSWORD_HASHING: hashing },
    });
    expect(out).toContain(`$argon2id$v=19$${cost}$`);
  });

  test('checks a hash with the pepper of PASSWORD_PEPPER', async () => {
    const env = { PASSWORD_HASHING: 'fast', PASSWORD_PEPPER: '2026:a secret of at least 32 characters' };
    const { out } = await shell.run(
      ['-e', 'h = await hashPassword("cat"); [h, await checkPassword(h, "cat")]'],
      { env },
    );
    expect(out).toMatch(/\$pepper\$2026\$argon2id\$[^]*true/);
  });

  test('prints JSON without hidden fields with --json', async () => {
    const { out } = await shell.run(['--json', '-e', 'em.find(User, { role: "admin" })']);
    expect(JSON.parse(out)).toMatchObject([{ username: 'susan', createdAt: expect.stringMatching(/Z$/) }]);
    expect(out).not.toContain('passwordHash');
    expect(await shell.run(['--json', '-e', 'undefined'])).toMatchObject({ code: 0, out: 'null\n' });
    expect(await shell.run(['--json'])).toMatchObject({ code: 1, err: '--json requires --eval.\n' });
  });

  test('prints rows of the ORM and of SQL as tables without hashes, as wide as COLUMNS', async () => {
    const { out } = await shell.run(['-e', 'em.find(User, {})'], { env: { COLUMNS: '70' } });
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^id +username +email/);
    expect(lines.at(-1)).toMatch(/^Columns not shown: (\w+, )*createdAt, updatedAt(, \w+)*\.$/);
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(70);

    const whole = await shell.run(['-e', 'em.execute("select * from users")'], { env: { COLUMNS: '' } });
    expect(whole.out).toContain('(6 rows)');
    expect(whole.out).not.toContain('argon2');
  });

  test.each([
    ['1 +', /^SyntaxError: Unexpected end of input\n$/],
    ['1 + )', /^SyntaxError: /],
    ['nothing.there', /^ReferenceError: nothing is not defined\n$/],
    ['await as("unknown")', /^There is no user unknown\.\n$/],
    ['api.account.profile.query()', /^Please log in to access this page\.\n$/],
    [
      'em.create(User, { username: "Susan", email: null, passwordHash: "secret" }); await em.flush()',
      /^UniqueConstraintViolationException: UNIQUE constraint failed: users\.username_(key|skeleton)\n$/,
    ],
    ['await import("node:fs")', /^import\(\) is not available in the shell\./],
    ['throw 5', /^Thrown: 5\n$/],
  ])('prints one line for the error of %s, with exit code 1', async (statements, sentence) => {
    const { code, out, err } = await shell.run(['-e', statements]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('prints the stack of an unexpected error, without frames of the shell', async () => {
    const { err } = await shell.run(['-e', 'function f() { throw new Error("deep") }; f()']);
    expect(err).toMatch(/^Error: deep\n +at f .*\n +at <anonymous>.*\n$/);
  });

  test('ends its sessions, also after an error', async () => {
    await shell.run(['-e', 'await as("susan"); throw new Error("no")']);
    expect((await shell.run(['-e', 'em.count(Session)'])).out).toBe('0\n');
    const kinds = await shell.run([
      '-e',
      '(await em.find(SecurityEvent, {})).map(({ kind }) => kind).join()',
    ]);
    // The session was not used from another device.
    expect(kinds.out).not.toContain('session_protected');
  });
});

describe('pnpm shell --sql', () => {
  test('prints each statement to standard error, and masks hashes also in its text', async () => {
    const hash = 'a'.repeat(64);
    const { out, err } = await shell.run([
      '--sql',
      '-e',
      `await em.execute("select id from sessions where id = '${hash}'"); await em.execute("select id from users where password_hash = ?", ["mistaken"]); "done"`,
    ]);
    expect(out).toBe('done\n');
    expect(err).toMatch(/where id = '\*\*\*' {2}\d+ ms$/m);
    expect(err).toMatch(/where password_hash = \? {2}\[\*\*\*\] {2}\d+ ms$/m);
  });
});

describe('pnpm shell --read-only', () => {
  test('prints one sentence for a refused write', async () => {
    expect(await shell.run(['--read-only', '-e', 'em.nativeDelete(User, {})'])).toMatchObject({
      code: 1,
      err: 'This shell is read-only: nothing was written. Start it without --read-only to write.\n',
    });
  });

  test('reads, refuses as(), and gives the reason when the API fails', async () => {
    const input = 'em.count(User)\nas("sam")\n';
    expect(await shell.run(['--read-only'], { input })).toMatchObject({
      out: '6\n',
      err: expect.stringMatching(/^as\(\) starts a session, which is a write\./),
    });
    const login = 'api.auth.login.mutate({ username: "sam", password: "dog", remember: false })';
    expect((await shell.run(['--read-only', '-e', login])).err).toContain('This shell is read-only');
  });
});

describe('a script that is piped into pnpm shell', () => {
  test('runs statement by statement, and each value is printed', async () => {
    const input = [
      'let n = await em.count(User)',
      'function twice(x) {',
      '  return 2 * x',
      '}',
      '',
      'twice(n)',
      'em.find(User, { role: "admin" },',
      '  { fields: ["username"] })',
      '"a text"',
    ].join('\n');
    const { code, out, err } = await shell.run([], { input });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^12\nid +username\n─+ {2}─+\n[\da-f-]+ {2}susan\n\(1 row\)\n'a text'\n$/);
  });

  test('ends at the first error, with exit code 1', async () => {
    const { code, out, err } = await shell.run([], { input: '1\nnothing.there\n2\n' });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '1\n',
      err: 'ReferenceError: nothing is not defined\n',
    });
  });

  test('is refused when its last statement is incomplete', async () => {
    const { code, err } = await shell.run([], { input: 'if (true) {\n' });
    expect({ code, err }).toEqual({ code: 1, err: 'The last statement is incomplete: if (true) {\n' });
  });
});
