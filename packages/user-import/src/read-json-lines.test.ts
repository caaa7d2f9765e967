import { describe, expect, test } from 'vitest';
import { readJsonLines } from './read-json-lines.ts';
import { splitIntoChunks, defaultMap, readRows } from './testing.ts';

const read = (text: string, size?: number) =>
  readJsonLines(splitIntoChunks(text, size), { name: 'users.jsonl', map: defaultMap });

describe('readJsonLines', () => {
  test.each([1, 3, 1000])('reads one user per line in chunks of %i bytes', async (size) => {
    const text =
      '\uFEFF{"userName":"m\u00e4yra","isActive":false}\r\n\n{"email":"s@x","username":null}\n{"login":"☃"}';
    expect(await readRows(read(text, size))).toEqual([
      { line: 1, source: { username: 'm\u00e4yra', is_active: false } },
      { line: 3, source: { email: 's@x', username: null } },
      { line: 4, source: { username: '☃' } },
    ]);
  });

  test('reports a line that is not a JSON object, and continues', async () => {
    const rows = await readRows(
      read('{"username":"susan"}\n{"username":\n["sam"]\n7\n{"username":"jack"}\n'),
    );
    expect(rows.map((row) => row.problem ?? row.source.username)).toEqual([
      'susan',
      'is not valid JSON',
      'is not a JSON object',
      'is not a JSON object',
      'jack',
    ]);
  });

  test('returns the keys that are mapped and not used', async () => {
    const reading = read('{"login":"susan","age":7}\n{"mail":"s@x"}\n');
    await readRows(reading);
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
    [
      '[\n{"username":"susan"}\n]',
      /^users\.jsonl is a JSON array; expected one object per line\. To convert it: jq/,
    ],
    [
      '{"age":7}\n',
      /^users\.jsonl, line 1 has no column for a user name or an e-mail address\. Columns found: 1 with other/,
    ],
  ])('rejects %j', async (text, sentence) => {
    await expect(readRows(read(text))).rejects.toThrow(sentence);
  });
});
