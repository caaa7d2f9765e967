import { expect, test } from 'vitest';
import { detectFormatByContent } from './text-file.ts';

test.each([
  ['{"username":"susan"}', 'jsonl'],
  ['\uFEFF  {"username":"susan"}', 'jsonl'],
  ['[\n  {"username":"susan"}\n]', 'jsonl'],
  ['\n[{"username":"susan"}]', 'jsonl'],
  ['username,email\n', 'csv'],
  ['"username";"email"\n', 'csv'],
])('a file that begins with %j has the format %s', (beginning, format) => {
  expect(detectFormatByContent(beginning)).toBe(format);
});
