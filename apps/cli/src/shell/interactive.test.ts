import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { readConfig } from '@latchkey/config';
import { type Database, openDatabase } from '@latchkey/db';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completion } from './completion.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { createShell, type Shell } from './shell-scope.ts';
import { prompt, runInteractive } from './interactive.ts';
import { createTestShell, type TestShell } from './testing.ts';

let testShell: TestShell;
let database: Database;
let shell: Shell;
let evaluator: Evaluator;
let terminal: TestTerminal;
beforeAll(async () => {
  testShell = await createTestShell();
});
afterAll(() => testShell.remove());
beforeEach(async () => {
  database = await openDatabase(testShell.url);
  const config = readConfig({ LOG_LEVEL: 'silent' });
  const application = { shellScope: () => ({ answer: 42 }) };
  shell = await createShell(database, { config, application });
  evaluator = createEvaluator(shell.scope);
  terminal = openTerminal();
});
afterEach(async () => {
  await terminal.leave();
  evaluator.close();
  await shell.end();
  await database.close();
});

type TestTerminal = ReturnType<typeof openTerminal>;

/** The interactive shell, and a terminal on which keys are pressed and output is read. */
function openTerminal(historyFile = join(testShell.folder, 'history')) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { columns: 100, rows: 40 });
  let screen = '';
  let changed = () => {};
  output.on('data', (text: Buffer) => {
    screen += stripVTControlCharacters(text.toString()).replaceAll('\r', '');
    changed();
  });
  const format = () => ({ width: 100, maxRows: 200, colors: false });
  const left = runInteractive(shell, evaluator, {
    input,
    output,
    format,
    historyFile,
    stop: new AbortController().signal,
  });

  /** Waits until the text is printed. @returns the output up to its end, which is not returned again */
  const read = async (text: string): Promise<string> => {
    while (!screen.includes(text)) await new Promise<void>((resolve) => (changed = resolve));
    const end = screen.indexOf(text) + text.length;
    const seen = screen.slice(0, end);
    screen = screen.slice(end);
    return seen;
  };
  const press = (keys: string) => {
    // One by one: readline does not complete at a tab in pasted text.
    for (const key of keys) input.write(key);
  };
  return {
    read,
    press,
    /** Types a line at the prompt. @returns what is printed until the next prompt */
    async writeLine(line: string) {
      press(`${line}\n`);
      await read('\n');
      return (await read(prompt)).slice(0, -prompt.length).trimEnd();
    },
    async leave() {
      press('\u0003\u0004');
      await left;
    },
    left,
  };
}

/** The names that are listed when the tab key is pressed twice at the end of a line. */
async function completed(line: string): Promise<string[]> {
  await terminal.read(prompt);
  terminal.press(`${line}\t\t`);
  await terminal.read(line);
  const more = await terminal.read(`\n\n${prompt}`);
  terminal.press('\u0015');
  return more.slice(0, -prompt.length).trim().split(/\s+/);
}

describe('the interactive shell', () => {
  test('prints values, awaits promises, and keeps declarations', async () => {
    expect(await terminal.read(prompt)).toContain('In scope: ');
    expect(await terminal.writeLine('em.count(User)')).toBe('6');
    expect(await terminal.writeLine('const n = await em.count(User)')).toBe('');
    expect(await terminal.writeLine('const n = 2 * (await em.count(User)); n')).toBe('12');
    expect(await terminal.writeLine('em.persist(em.getReference(User, "x"))')).toBe('');
    expect(await terminal.writeLine('answer')).toBe('42');
    expect(await terminal.writeLine('_ + 1')).toBe('43');
  });

  test('accepts statements of several lines', async () => {
    await terminal.read(prompt);
    terminal.press('[1, 2].map((n) => {\n');
    await terminal.read('| ');
    terminal.press('  return n * 2;\n');
    await terminal.read('| ');
    expect(await terminal.writeLine('})')).toBe('[ 2, 4 ]');
  });

  test('accepts a comment of several lines', async () => {
    await terminal.read(prompt);
    terminal.press('[1,\n');
    await terminal.read('| ');
    terminal.press('/* what is\n');
    await terminal.read('| ');
    expect(await terminal.writeLine('this */ 3]')).toBe('[ 1, 3 ]');
  });

  test('prints the position of an error in several lines', async () => {
    await terminal.read(prompt);
    terminal.press('[1,\n');
    await terminal.read('| ');
    expect(await terminal.writeLine('null.x]')).toMatch(/\(reading 'x'\) \(line 2, column 6\)$/);
  });

  test('prints an error, and goes on', async () => {
    await terminal.read(prompt);
    expect(await terminal.writeLine('nothing.there')).toBe('ReferenceError: nothing is not defined');
    expect(await terminal.writeLine('Promise.reject(new TypeError("no"))')).toMatch(/^TypeError: no/);
    expect(await terminal.writeLine('await as("unknown")')).toBe('There is no user unknown.');
    expect(await terminal.writeLine('1')).toBe('1');
  });

  test('interrupts a pending promise with Ctrl-C, or cancels the line', async () => {
    await terminal.read(prompt);
    terminal.press('await new Promise(() => {})\n');
    await terminal.read('\n');
    terminal.press('\u0003');
    expect(await terminal.read(prompt)).toContain('Interrupted.');
    terminal.press('half a li\u0003');
    await terminal.read(prompt);
    expect(await terminal.writeLine('2')).toBe('2');
  });

  test('ends with Ctrl-D', async () => {
    await terminal.read(prompt);
    terminal.press('\u0004');
    await terminal.left;
  });

  test('lists the names in scope and the fields of an entity with .names', async () => {
    await terminal.read(prompt);
    const all = await terminal.writeLine('.names');
    expect(all).toContain('SecurityEvent, Session, User');
    expect(all).toMatch(/^yours +answer$/m);
    expect(await terminal.writeLine('.names User')).toMatch(/^passwordHash +string +password_hash +hidden$/m);
    expect(await terminal.writeLine('.names Unknown')).toMatch(/^There is no entity Unknown\. There are: /);
  });
});

describe('completion', () => {
  test.each([
    ['hash', /hashPassword/],
    ['em.find(User, { user', /\busername,usernameKey\b/],
    ['em.find(User, { role: "admin", user', /\busername,usernameKey\b/],
    ['em.find(User, {}, { orderBy: { crea', /createdAt/],
    ['em.find(User, {}, { o', /offset,orderBy/],
    ['em.find(Session, { user: { email', /\bemail,emailKey,emailVerifiedAt\b/],
    ['em.find(User, { $or: [{ email', /\bemail,emailKey,emailVerifiedAt\b/],
    ['api.', /^account,(\w+,)*auth,(\w+,)*development,(\w+,)*site/],
    ['(await as("susan")).account.sessions.', /\blist,.*revoke,.*revokeOthers\b/],
    ['em.find', /find,findAll,.*findOne/],
  ])('of %s', async (line, fitting) => {
    // Called as readline does: at the prompt a single match is inserted, not listed.
    const [names] = completion(shell, evaluator)(line);
    expect(names.join()).toMatch(fitting);
  });

  test('lists the fields of a row, and the procedures of a signed-in client', async () => {
    await evaluator.evaluate(
      'const u = await em.findOne(User, { username: "sam" }); susan = await as("susan")',
    );
    expect(await completed('u.email')).toEqual(
      expect.arrayContaining(['email', 'emailKey', 'emailVerifiedAt']),
    );
    terminal.press('\n');
    expect(await completed('susan.account.change')).toEqual(
      expect.arrayContaining(['changeEmail', 'changePassword']),
    );
  });

  test('has no side effects, and is off within a string', async () => {
    const complete = completion(shell, evaluator);
    await evaluator.evaluate('calls = 0; danger = { get it() { calls += 1; return { inside: 1 } } }');
    expect(complete('danger.it.')[0]).toEqual([]);
    expect(await evaluator.evaluate('calls')).toBe(0);
    expect(complete('em.find(User, { username: "em')[0]).not.toContain('email');
  });
});

describe('the input history', () => {
  test('is saved for its owner alone, without lines that contain a password', async () => {
    const file = join(testShell.folder, 'kept-history');
    await terminal.leave();
    await writeFile(file, '1 + 1\n', { mode: 0o644 });
    terminal = openTerminal(file);
    await terminal.read(prompt);
    await terminal.writeLine('em.count(User)');
    await terminal.writeLine('hash = await hashPassword("correct horse"); 1');
    await terminal.writeLine('await checkPassword(hash, "battery staple")');
    await terminal.writeLine('u = { password: "in the open" }; 2');
    await terminal.writeLine('em.count(Session)');
    await terminal.leave();

    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines.slice(0, 2)).toEqual(['em.count(Session)', 'em.count(User)']);
    expect(lines).toContain('1 + 1');
    expect(lines.join('\n')).not.toMatch(/horse|staple|open/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    terminal = openTerminal(file);
    await terminal.read(prompt);
    terminal.press('\u001b[A');
    await terminal.read('em.count(Session)');
  });
});
