import { describe, expect, test } from 'vitest';
import { parseColumnMap } from './column-map.ts';
import { readCsv, type CsvOptions } from './read-csv.ts';
import { UserImportError } from './user-import-error.ts';
import { splitIntoChunks, columns, defaultMap, readRows } from './testing.ts';

const read = (text: string | Uint8Array, options: Partial<CsvOptions> = {}, size?: number) =>
  readCsv(splitIntoChunks(text, size), { name: 'users.csv', separator: null, map: defaultMap, ...options });

const problemOf = async (text: string | Uint8Array, options: Partial<CsvOptions> = {}) => {
  const error: unknown = await readRows(read(text, options)).catch((reason: unknown) => reason);
  return error instanceof UserImportError ? error.message : error;
};

describe('readCsv', () => {
  test('maps columns by their names', async () => {
    const reading = read('Login,E-Mail,shoe size\nsusan,susan@example.com,38\n');
    expect(await readRows(reading)).toEqual([
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

  test.each([1, 2, 3, 5, 1000])('counts lines in chunks of %i bytes', async (size) => {
    const text =
      '\uFEFFusername,email\r\nsusan,"a\r\nb"\r\n\r\n"sam","x ""y"" z"\njack,"\n\n"\r\neric,""\rmäyra,☃\n\nbob,b';
    const rows = await readRows(read(text, {}, size));
    expect(rows.map(({ line, source }) => [line, source?.username, source?.email])).toEqual([
      [2, 'susan', 'a\r\nb'],
      [5, 'sam', 'x "y" z'],
      [6, 'jack', '\n\n'],
      [9, 'eric', ''],
      [10, 'mäyra', '☃'],
      [12, 'bob', 'b'],
    ]);
  });

  test.each([',', ';', '\t', '|'])('detects the separator %j', async (separator) => {
    const text = [`username`, `"mail, or; what|ever\t"`, 'email'].join(separator);
    const rows = await readRows(read(`${text}\n${['susan', 'x', 's@x'].join(separator)}\n`));
    expect(rows).toEqual([{ line: 2, source: { username: 'susan', email: 's@x' } }]);
  });

  test('accepts another separator', async () => {
    const rows = await readRows(read('username:email\nsusan:s@x\n', { separator: ':' }));
    expect(rows).toEqual([{ line: 2, source: { username: 'susan', email: 's@x' } }]);
  });

  test('reports a row with too many or too few columns, and continues', async () => {
    const rows = await readRows(read('username,email\na\nb,c,d\nsusan,s@x\n'));
    expect(rows.map((row) => row.problem ?? row.source.username)).toEqual([
      'has 1 columns, but the header has 2',
      'has 3 columns, but the header has 2',
      'susan',
    ]);
  });

  test('replaces invalid UTF-8 by U+FFFD', async () => {
    const latin1 = Buffer.from('username\nm\u00e4yra\nsusan\n', 'latin1');
    const rows = await readRows(read(latin1));
    expect(rows.map((row) => row.source?.username)).toEqual(['m\uFFFDyra', 'susan']);
  });
});

describe('readCsv rejects the file', () => {
  test.each([
    ['', 'users.csv is empty.'],
    [
      'username,email\nsusan,"s@x\nsam,t@x\n',
      /^users\.csv, line 2: a quoted value in this row is not closed\.$/,
    ],
    ['username\nsusan\n"sam"my\n', /^users\.csv, line 3: there is a quote within a value\./],
    ['username\n"sus\nan"\nsam"my\n', /^users\.csv, line 4: there is a quote within a value/],
    [
      'age,size\n1,2\n',
      /^The first line of users\.csv has no column for a user name or an e-mail address\. Columns found: 2 with other/,
    ],
  ])('%j', async (text, sentence) => {
    expect(await problemOf(text)).toMatch(sentence);
  });

  test('if it is encoded in UTF-16', async () => {
    expect(await problemOf(Buffer.from('\uFEFFusername\nsusan\n', 'utf16le'))).toBe(
      'users.csv is encoded in UTF-16. Save it as UTF-8.',
    );
  });

  test('if it is a SQLite database', async () => {
    expect(await problemOf('SQLite format 3\0…')).toMatch(
      /^users\.csv is a SQLite database\. To import it: --from/,
    );
  });

  test('if a row is too long', async () => {
    const endless = `username\n"${'x\n'.repeat(600_000)}`;
    const error: unknown = await readRows(read(endless, {}, 65_536)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^users\.csv, line 2: this row is too long/),
    });
  });

  test('if it lacks a column of --map', async () => {
    const map = parseColumnMap(['Login Name=username'], columns);
    expect(await problemOf('login,mail\n', { map })).toBe(
      '--map: users.csv has no column "Login Name". Columns found: login, mail.',
    );
  });
});
