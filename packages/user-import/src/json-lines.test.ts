import { describe, expect, test } from 'vitest';
import { readJsonLines } from './json-lines.ts';
import { bytesOf, rowsOf } from './testing.ts';

const read = (text: string, size?: number) =>
  readJsonLines(bytesOf(text, size), { name: 'users.jsonl', map: new Map() });

describe('a file of JSON lines', () => {
  test.each([1, 3, 1000])('has one user a line, read %i bytes at a time', async (size) => {
    const text =
      '\uFEFF{"userName":"m\u00e4yra","isActive":false}\r\n\n{"email":"s@x","username":null}\n{"login":"☃"}';
    expect(await rowsOf(read(text, size))).toEqual([
      { line: 1, source: { username: 'm\u00e4yra', is_active: false } },
      { line: 3, source: { email: 's@x', username: null } },
      { line: 4, source: { username: '☃' } },
    ]);
  });

  test('says of a line that is none what is wrong with it, and goes on', async () => {
    const rows = await rowsOf(read('{"username":"susan"}\n{"username":\n["sam"]\n7\n{"username":"jack"}\n'));
    expect(rows.map((row) => row.problem ?? row.source.username)).toEqual([
      'susan',
      'is no JSON',
      'is JSON, and no object',
      'is JSON, and no object',
      'jack',
    ]);
  });

  test('tells which keys it has used', async () => {
    const reading = read('{"login":"susan","age":7}\n{"mail":"s@x"}\n');
    await rowsOf(reading);
    expect(reading.columns()).toEqual({
      taken: [
        { theirs: 'login', ours: 'username' },
        { theirs: 'mail', ours: 'email' },
      ],
      unused: ['age'],
    });
  });

  test.each([
    ['', 'users.jsonl is empty.'],
    ['[\n{"username":"susan"}\n]', /^users\.jsonl is one JSON array\. Write one object a line/],
    [
      '{"age":7}\n',
      /^users\.jsonl, line 1, has no column for a user name or an e-mail address\. Found: "age"\./,
    ],
  ])('%j is refused as a whole', async (text, sentence) => {
    await expect(rowsOf(read(text))).rejects.toThrow(sentence);
  });
});
