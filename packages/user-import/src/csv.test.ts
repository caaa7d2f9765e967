import { describe, expect, test } from 'vitest';
import { readCsv, type CsvOptions } from './csv.ts';
import { UserImportError } from './user-import-error.ts';
import { bytesOf, rowsOf } from './testing.ts';

const read = (text: string | Uint8Array, options: Partial<CsvOptions> = {}, size?: number) =>
  readCsv(bytesOf(text, size), { name: 'users.csv', separator: null, map: new Map(), ...options });

const problemOf = async (text: string | Uint8Array, options: Partial<CsvOptions> = {}) => {
  const error: unknown = await rowsOf(read(text, options)).catch((reason: unknown) => reason);
  return error instanceof UserImportError ? error.message : error;
};

describe('a CSV file', () => {
  test('is taken apart by the names of its columns', async () => {
    const reading = read('Login,E-Mail,shoe size\nsusan,susan@example.com,38\n');
    expect(await rowsOf(reading)).toEqual([
      { line: 2, source: { username: 'susan', email: 'susan@example.com' } },
    ]);
    expect(reading.columns()).toEqual({
      taken: [
        { theirs: 'Login', ours: 'username' },
        { theirs: 'E-Mail', ours: 'email' },
      ],
      unused: ['shoe size'],
    });
  });

  test.each([1, 2, 3, 5, 1000])('has the right line numbers, read %i bytes at a time', async (size) => {
    const text =
      '\uFEFFusername,email\r\nsusan,"a\r\nb"\r\n\r\n"sam","x ""y"" z"\njack,"\n\n"\r\neric,""\rmäyra,☃\n\nbob,b';
    const rows = await rowsOf(read(text, {}, size));
    expect(rows.map(({ line, source }) => [line, source?.username, source?.email])).toEqual([
      [2, 'susan', 'a\r\nb'],
      [5, 'sam', 'x "y" z'],
      [6, 'jack', '\n\n'],
      [9, 'eric', ''],
      [10, 'mäyra', '☃'],
      [12, 'bob', 'b'],
    ]);
  });

  test.each([',', ';', '\t', '|'])('may have %j between the columns', async (separator) => {
    const text = [`username`, `"mail, or; what|ever\t"`, 'email'].join(separator);
    const rows = await rowsOf(read(`${text}\n${['susan', 'x', 's@x'].join(separator)}\n`));
    expect(rows).toEqual([{ line: 2, source: { username: 'susan', email: 's@x' } }]);
  });

  test('may have another separator, when it is named', async () => {
    const rows = await rowsOf(read('username:email\nsusan:s@x\n', { separator: ':' }));
    expect(rows).toEqual([{ line: 2, source: { username: 'susan', email: 's@x' } }]);
  });

  test('says of a row with too many or too few columns what is wrong with it, and goes on', async () => {
    const rows = await rowsOf(read('username,email\na\nb,c,d\nsusan,s@x\n'));
    expect(rows.map((row) => row.problem ?? row.source.username)).toEqual([
      'has 1 columns where the header has 2',
      'has 3 columns where the header has 2',
      'susan',
    ]);
  });

  test('may hold bad UTF-8, which is seen in the row where it stands', async () => {
    const latin1 = Buffer.from('username\nm\u00e4yra\nsusan\n', 'latin1');
    const rows = await rowsOf(read(latin1));
    expect(rows.map((row) => row.source?.username)).toEqual(['m\uFFFDyra', 'susan']);
  });
});

describe('a CSV file is refused as a whole, in one sentence,', () => {
  test.each([
    ['', 'users.csv is empty.'],
    [
      'username,email\nsusan,"s@x\nsam,t@x\n',
      /^users\.csv, line 2: a quote is opened in this row and never closed\.$/,
    ],
    ['username\nsusan\n"sam"my\n', /^users\.csv, line 3: a quote stands in the middle of a value\./],
    ['username\n"sus\nan"\nsam"my\n', /^users\.csv, line 4: a quote stands in the middle/],
    ['age,size\n1,2\n', /has no column for a user name or an e-mail address\. Found: "age", "size"\./],
  ])('%j', async (text, sentence) => {
    expect(await problemOf(text)).toMatch(sentence);
  });

  test('that is written in UTF-16', async () => {
    expect(await problemOf(Buffer.from('\uFEFFusername\nsusan\n', 'utf16le'))).toBe(
      'users.csv is written in UTF-16. Save it as UTF-8.',
    );
  });

  test('that is a database', async () => {
    expect(await problemOf('SQLite format 3\0…')).toMatch(/^users\.csv is a SQLite database\. Say --from/);
  });

  test('whose row never ends', async () => {
    const endless = `username\n"${'x\n'.repeat(600_000)}`;
    const error: unknown = await rowsOf(read(endless, {}, 65_536)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^users\.csv, line 2: this row is too long/),
    });
  });

  test('of which --map names a column that it does not have', async () => {
    const map = new Map([['Login Name', 'username' as const]]);
    expect(await problemOf('login,mail\n', { map })).toBe(
      '--map: users.csv has no column "Login Name". It has: login, mail.',
    );
  });
});
