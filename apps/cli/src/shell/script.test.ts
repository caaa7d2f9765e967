import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { explainError } from './explain-error.ts';
import { runScript } from './script.ts';

let evaluator: Evaluator;
beforeAll(() => {
  evaluator = createEvaluator({ seen: [] });
});
afterAll(() => {
  evaluator.close();
});

/** Runs a script. @returns the printed values, and the message of its error */
async function run(
  script: string | Uint8Array,
  stop = new AbortController().signal,
): Promise<{ values: unknown[]; message: string }> {
  const values: unknown[] = [];
  try {
    await runScript(Readable.from([Buffer.from(script)]), evaluator, stop, (value) => {
      if (value !== undefined) values.push(value);
    });
    return { values, message: '' };
  } catch (error) {
    return { values, message: explainError(error, { readOnly: false, isLong: true }) };
  }
}

describe('a script can contain', () => {
  test.each<[what: string, script: string, values: unknown[]]>([
    ['a comment of several lines', '/* a\nb */\n3\n', [3]],
    [
      'a docstring',
      '/**\n * Twice.\n * @param {number} n\n */\nfunction twice(n) { return 2 * n }\ntwice(2)\n',
      [4],
    ],
    ['a chain', '[1, 2]\n  .map((n) => n * 2)\n  .join()\n"next"\n', ['2,4', 'next']],
    ['a chain behind a question mark', 'null\n  ?.length\n', []],
    ['a condition', 'true\n  ? 1\n  : 2\n', [1]],
    ['an operator', '1\n  + 2\n', [3]],
    ['else', 'if (false) {\n  1\n}\nelse {\n  2\n}\n', [2]],
    ['catch and finally', 'try {\n  throw 1\n}\ncatch {\n  2\n}\nfinally {\n}\n', [2]],
    ['a template literal', '`a\n\n  b ${[\n1] }`\n', ['a\n\n  b 1']],
    ['a declaration', 'const {\n  a,\n  b\n} = { a: 1, b: 2 },\n  c = 3\na + b + c', [6]],
    ['lines that begin with a bracket', 'n = [1]\n[2, 3]\n(4)\n`5`\n', [[1], [2, 3], 4, '5']],
    ['rows of a list at the margin', 'n = [\n[1],\n[2],\n]\nf = (\n(a) => a\n)(3)\n', [[[1], [2]], 3]],
    ['a semicolon in front of a bracket', 'n = 1\n;[n].map((n) => n + 1)\n', [1, [2]]],
    ['await in all its forms', 'await 1\nawait (2)\nawait [3]\nawait `4`\nawait -5\n', [1, 2, [3], '4', -5]],
    ['await on a line of its own', 'await\n  Promise.resolve(6)\n', [6]],
    ['an object', '{ a: 1, b: 2 }\n{\n  c: 3,\n};\n{ let d = 4; d }\n', [{ a: 1, b: 2 }, { c: 3 }, 4]],
    ['Windows line ends', '1;\r\n`a\r\nb`.length;\r\n{ c: 2 }\r\n', [1, 3, { c: 2 }]],
    ['a hashbang line', '#!/usr/bin/env -S node\n1\n', [1]],
    ['a byte order mark', '\uFEFF{ a: 1 }\n', [{ a: 1 }]],
    ['a byte order mark before a hashbang line', '\uFEFF#!/usr/bin/env -S node\n1\n', [1]],
    ['nothing but a comment', '// later\n', []],
  ])('%s', async (_, script, values) => {
    expect(await run(script)).toEqual({ values, message: '' });
  });
});

describe('a script', () => {
  test('in UTF-16 is refused', async () => {
    expect(await run(Buffer.from('\uFEFF1 + 1\n', 'utf16le'))).toEqual({
      values: [],
      message: 'Standard input is encoded in UTF-16; expected UTF-8.',
    });
  });

  test('prints the last value of statements that share a line', async () => {
    expect(await run('u = "secret"; "set"\nif (u) {\n  u\n} else {\n}; 1; 2\n')).toEqual({
      values: ['set', 2],
      message: '',
    });
  });

  test('calls functions that are defined below the call', async () => {
    expect(await run('const n = 4\nhalf(n)\nfunction half(n) {\n  return n / 2\n}\n')).toEqual({
      values: [2],
      message: '',
    });
  });

  test('ends at .exit, without parsing the lines below', async () => {
    expect(await run('1\n.exit\n) 2 (\n')).toEqual({ values: [1], message: '' });
  });

  test('prints nothing when it is stopped while its input is read', async () => {
    const stopping = new AbortController();
    const input = new Readable({ read: () => undefined });
    input.push('1\n');
    const ran = runScript(input, evaluator, stopping.signal, () => expect.fail('The script ran.'));
    stopping.abort();
    await ran;
  });
});

describe('a syntax error is reported before anything runs', () => {
  test.each([
    ['1 +* 2\n', "SyntaxError: Unexpected token '*' (line 3, column 4)"],
    ['function f() {\n  return )\n}\n', "SyntaxError: Unexpected token ')' (line 4, column 10)"],
    ['const a\n', 'SyntaxError: Missing initializer in const declaration (line 3, column 7)'],
    ['return 5\n', 'SyntaxError: Illegal return statement (line 3, column 1)'],
    ['const a = 1\nlet a = 2\n', "SyntaxError: Identifier 'a' has already been declared (line 4, column 5)"],
    [
      'import fs from "node:fs"\n',
      "import is not available in the shell. Use require('node:fs'), which loads ES modules too.",
    ],
    ['if (true) {\n', 'The last statement is incomplete: if (true) {'],
    ['2 /* and so on\n', 'The last statement is incomplete: 2 /* and so on'],
    ['x = `and\nso on\n', 'The last statement is incomplete: x = `and\nso on'],
  ])('%j', async (mistake, message) => {
    const before = await evaluator.evaluate('seen.length');
    expect(await run(`seen.push(1)\n{ a: 1, b: 2 }\n${mistake}`)).toEqual({ values: [], message });
    expect(await evaluator.evaluate('seen.length')).toBe(before);
  });

  test('with the right column on the first line', async () => {
    expect((await run('1 +* 2\n')).message).toBe("SyntaxError: Unexpected token '*' (line 1, column 4)");
  });
});

describe('an error in a script has its position', () => {
  test.each([
    ['1\n\n  null.x\n', "TypeError: Cannot read properties of null (reading 'x') (line 3, column 8)"],
    [
      '1\nfunction f() {\n  throw new Error("no")\n}\nf()\n',
      'Error: no\n    at f (<anonymous>:3:9)\n    at <anonymous>:5:1',
    ],
    ['1\n  require0()\n', 'ReferenceError: require0 is not defined'],
    ['1\n  Promise.any([])\n', 'AggregateError: All promises were rejected\n    at async <anonymous>:2:3'],
    [
      '1\nJSON.parse("{")\n',
      /^SyntaxError: Expected .*\n +at JSON\.parse \(<anonymous>\)\n +at <anonymous>:2:6$/,
    ],
  ])('%j', async (script, message) => {
    const ran = await run(script);
    expect(ran.values).toEqual([1]);
    expect(ran.message).toMatch(message);
  });
});
