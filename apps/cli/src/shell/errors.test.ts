import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestShell, type TestShell } from './testing.ts';

let shell: TestShell;
beforeAll(async () => {
  shell = await createTestShell();
});
afterAll(() => shell.remove());

describe('pnpm shell prints one sentence', () => {
  const login = "expected a user name or an e-mail address, as in as('susan').";
  const circular =
    '--json: found a circular reference, which JSON cannot represent. Print a part of the value, or leave out --json.';
  test.each([
    ['as()', `as(): found nothing; ${login}`],
    ['as(5)', `as(): found 5; ${login}`],
    ['as(" ")', `as(): found ' '; ${login}`],
    ['as(await em.findOne(User, { username: "sam" }))', `as(): found a row of User; ${login}`],
    ['api.auth.me.mutate()', 'auth.me is called with .query(), as in api.auth.me.query().'],
    [
      '(await as("sam")).account.changeEmail.query({})',
      'account.changeEmail is called with .mutate(), as in api.account.changeEmail.mutate().',
    ],
    [
      'as("sam").account.sessions()',
      'api.account.sessions is not a procedure. api.account.sessions has: list, revoke, revokeOthers.',
    ],
    [
      'api.account.sessions.nothing.query()',
      'api.account.sessions.nothing is not a procedure. api.account.sessions has: list, revoke, revokeOthers.',
    ],
    ['as("unknown").auth.me()', 'There is no user unknown.'],
    ['as("sam").account.changeEmail({})', 'Check the fields below.'],
    ['as("unknown")', 'There is no user unknown.'],
    [
      'as("susan").auth.me().user.username',
      "TypeError: Cannot read properties of undefined (reading 'username')",
    ],
    ['throw { a: 1 }', 'Thrown: { a: 1 }'],
    ['throw Object.create(null)', 'Thrown: [Object: null prototype] {}'],
    [
      'import fs from "node:fs"',
      "import is not available in the shell. Use require('node:fs'), which loads ES modules too.",
    ],
  ])('for the mistake in %s', async (statements, sentence) => {
    expect(await shell.run(['-e', statements])).toMatchObject({ code: 1, out: '', err: `${sentence}\n` });
  });

  test('for the mistake in a call of no procedure, with the routers', async () => {
    expect((await shell.run(['-e', 'api.nothing()'])).err).toMatch(
      /^api\.nothing is not a procedure\. api has: account, (\w+, )*auth, .*\.\n$/,
    );
  });

  test.each(['a = {}; a.a = a', 'em'])('for the circular reference of %s with --json', async (statements) => {
    expect(await shell.run(['--json', '-e', statements])).toMatchObject({
      code: 1,
      out: '',
      err: `${circular}\n`,
    });
  });
});

test('pnpm shell --json prints null for a value that JSON cannot represent', async () => {
  expect((await shell.run(['--json', '-e', 'Symbol("a")'])).out).toBe('null\n');
});

describe('pnpm shell prints the position of an error, and no frames of its own', () => {
  test.each([
    [['-e', '1\n null.x'], "TypeError: Cannot read properties of null (reading 'x') (line 2, column 7)"],
    [
      ['-e', 'em.find(User, { nothing: 1 })'],
      'Error: Trying to query by not existing property User.nothing\n    at async <anonymous>:1:1',
    ],
    [
      ['-e', 'em.find("Nothing")'],
      'MetadataError: Metadata for entity Nothing not found\n    at <anonymous>:1:4',
    ],
    [
      ['-e', 'new Proxy({}, { get() { throw new Error("mine") } })'],
      'Error: mine\n    at Object.get (<anonymous>:1:31)',
    ],
    [
      ['--json', '-e', '({ toJSON() { throw new Error("mine") } })'],
      'Error: mine\n    at Object.toJSON (<anonymous>:1:21)',
    ],
    [
      ['-e', 'throw Object.assign(new Error("two\\nlines"), { stack: "Error: two\\nlines" })'],
      'Error: two\nlines\n    at async <anonymous>:1:1',
    ],
  ])('%j', async (words, message) => {
    expect(await shell.run(words)).toMatchObject({ code: 1, out: '', err: `${message}\n` });
    expect((await shell.run(['-e', 'em.count(Session)'])).out).toBe('0\n');
  });
});
