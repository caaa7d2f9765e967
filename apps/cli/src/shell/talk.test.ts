import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { readConfig } from '@latchkey/config';
import { openDatabase, type Database } from '@latchkey/db';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completion } from './completion.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { createShell, type Shell } from './shell-scope.ts';
import { prompt, talk } from './talk.ts';
import { shellOnDemoUsers } from './testing.ts';

let place: Awaited<ReturnType<typeof shellOnDemoUsers>>;
let database: Database;
let shell: Shell;
let evaluator: Evaluator;
let somebody: Somebody;
beforeAll(async () => {
  place = await shellOnDemoUsers();
});
afterAll(() => place.remove());
beforeEach(async () => {
  database = await openDatabase(place.url);
  const config = readConfig({ LOG_LEVEL: 'silent' });
  const application = { shellScope: () => ({ answer: 42 }) };
  shell = await createShell(database, { config, application });
  evaluator = createEvaluator(shell.scope);
  somebody = sitDown();
});
afterEach(async () => {
  await somebody.leave();
  evaluator.close();
  await shell.end();
  await database.close();
});

type Somebody = ReturnType<typeof sitDown>;

/** Somebody at a terminal: types keys, and reads on until something stands there. */
function sitDown(historyFile = join(place.folder, 'history')) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { columns: 100, rows: 40 });
  let screen = '';
  let changed = () => {};
  output.on('data', (text: Buffer) => {
    screen += stripVTControlCharacters(text.toString()).replaceAll('\r', '');
    changed();
  });
  const paper = () => ({ width: 100, height: 200, colors: false });
  const left = talk(shell, evaluator, {
    input,
    output,
    paper,
    historyFile,
    stop: new AbortController().signal,
  });

  /** Waits until the text stands there, and takes everything up to it away. */
  const read = async (text: string): Promise<string> => {
    while (!screen.includes(text)) await new Promise<void>((resolve) => (changed = resolve));
    const end = screen.indexOf(text) + text.length;
    const seen = screen.slice(0, end);
    screen = screen.slice(end);
    return seen;
  };
  const press = (keys: string) => {
    // One by one: what comes in one piece was pasted, and a tab in it is no wish for completion.
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

/** What the tab key makes of the beginning of a line. */
async function completed(line: string): Promise<string[]> {
  await somebody.read(prompt);
  somebody.press(`${line}\t\t`);
  await somebody.read(line);
  const more = await somebody.read(`\n\n${prompt}`);
  somebody.press('\u0015');
  return more.slice(0, -prompt.length).trim().split(/\s+/);
}

describe('at a terminal', () => {
  test('values are shown, also those that nobody waits for, and names stay', async () => {
    expect(await somebody.read(prompt)).toContain('In scope: ');
    expect(await somebody.writeLine('em.count(User)')).toBe('6');
    expect(await somebody.writeLine('const n = await em.count(User)')).toBe('');
    expect(await somebody.writeLine('const n = 2 * (await em.count(User)); n')).toBe('12');
    expect(await somebody.writeLine('em.persist(em.getReference(User, "x"))')).toBe('');
    expect(await somebody.writeLine('answer')).toBe('42');
    expect(await somebody.writeLine('_ + 1')).toBe('43');
  });

  test('statements may go over several lines', async () => {
    await somebody.read(prompt);
    somebody.press('[1, 2].map((n) => {\n');
    await somebody.read('| ');
    somebody.press('  return n * 2;\n');
    await somebody.read('| ');
    expect(await somebody.writeLine('})')).toBe('[ 2, 4 ]');
  });

  test('a comment of several lines is one', async () => {
    await somebody.read(prompt);
    somebody.press('[1,\n');
    await somebody.read('| ');
    somebody.press('/* what is\n');
    await somebody.read('| ');
    expect(await somebody.writeLine('this */ 3]')).toBe('[ 1, 3 ]');
  });

  test('an error in several lines names its place', async () => {
    await somebody.read(prompt);
    somebody.press('[1,\n');
    await somebody.read('| ');
    expect(await somebody.writeLine('null.x]')).toMatch(/\(reading 'x'\) \(line 2, column 6\)$/);
  });

  test('an error is told, and the shell goes on', async () => {
    await somebody.read(prompt);
    expect(await somebody.writeLine('nothing.there')).toBe('ReferenceError: nothing is not defined');
    expect(await somebody.writeLine('Promise.reject(new TypeError("no"))')).toMatch(/^TypeError: no/);
    expect(await somebody.writeLine('await as("nobody")')).toBe('There is no user nobody.');
    expect(await somebody.writeLine('1')).toBe('1');
  });

  test('Ctrl-C stops waiting for what never comes, and cancels a line', async () => {
    await somebody.read(prompt);
    somebody.press('await new Promise(() => {})\n');
    await somebody.read('\n');
    somebody.press('\u0003');
    expect(await somebody.read(prompt)).toContain('Interrupted.');
    somebody.press('half a li\u0003');
    await somebody.read(prompt);
    expect(await somebody.writeLine('2')).toBe('2');
  });

  test('Ctrl-D ends it', async () => {
    await somebody.read(prompt);
    somebody.press('\u0004');
    await somebody.left;
  });

  test('.names lists what is in scope, and the fields of an entity', async () => {
    await somebody.read(prompt);
    const all = await somebody.writeLine('.names');
    expect(all).toContain('SecurityEvent, Session, User');
    expect(all).toMatch(/^yours +answer$/m);
    expect(await somebody.writeLine('.names User')).toMatch(/^passwordHash +string +password_hash +hidden$/m);
    expect(await somebody.writeLine('.names Nobody')).toMatch(/^There is no entity Nobody\. There are: /);
  });
});

describe('the tab key', () => {
  test.each([
    ['hash', /hashPassword/],
    ['em.find(User, { user', /^username,usernameKey$/],
    ['em.find(User, { role: "admin", user', /^username,usernameKey$/],
    ['em.find(User, {}, { orderBy: { crea', /createdAt/],
    ['em.find(User, {}, { o', /offset,orderBy/],
    ['em.find(Session, { user: { email', /^email,emailKey,emailVerifiedAt$/],
    ['em.find(User, { $or: [{ email', /^email,emailKey,emailVerifiedAt$/],
    ['api.', /^account,auth,development$/],
    ['(await as("susan")).account.sessions.', /^list,revoke,revokeOthers$/],
    ['em.find', /find,findAll,.*findOne/],
  ])('after %s names what fits', async (line, fitting) => {
    // What fits alone is written down and not listed, so these are asked of the completer as readline does.
    const [names] = completion(shell, evaluator)(line);
    expect(names.join()).toMatch(fitting);
  });

  test('lists the fields of a row at the prompt, and the procedures of somebody’s API', async () => {
    await evaluator.evaluate(
      'const u = await em.findOne(User, { username: "sam" }); susan = await as("susan")',
    );
    expect(await completed('u.email')).toEqual(['email', 'emailKey', 'emailVerifiedAt']);
    somebody.press('\n');
    expect(await completed('susan.account.change')).toEqual(['changeEmail', 'changePassword']);
  });

  test('names nothing within a text, and calls nothing', async () => {
    const complete = completion(shell, evaluator);
    await evaluator.evaluate('calls = 0; danger = { get it() { calls += 1; return { inside: 1 } } }');
    expect(complete('danger.it.')[0]).toEqual([]);
    expect(await evaluator.evaluate('calls')).toBe(0);
    expect(complete('em.find(User, { username: "em')[0]).not.toContain('email');
  });
});

describe('the history', () => {
  test('is kept for the next time, for its owner alone, without lines that tell a password', async () => {
    const file = join(place.folder, 'kept-history');
    await somebody.leave();
    await writeFile(file, '1 + 1\n', { mode: 0o644 });
    somebody = sitDown(file);
    await somebody.read(prompt);
    await somebody.writeLine('em.count(User)');
    await somebody.writeLine('hash = await hashPassword("correct horse"); 1');
    await somebody.writeLine('await checkPassword(hash, "battery staple")');
    await somebody.writeLine('u = { password: "in the open" }; 2');
    await somebody.writeLine('em.count(Session)');
    await somebody.leave();

    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines.slice(0, 2)).toEqual(['em.count(Session)', 'em.count(User)']);
    expect(lines).toContain('1 + 1');
    expect(lines.join('\n')).not.toMatch(/horse|staple|open/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    somebody = sitDown(file);
    await somebody.read(prompt);
    somebody.press('\u001b[A');
    await somebody.read('em.count(Session)');
  });
});
