// cspell:words databse forbiden mispeled qwrtz xyzzy
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const correct = [
  "import { defineEntity } from '@mikro-orm/core';",
  "export const names = ['Jürgen Müller', 'Наталья', '한국어'];",
  "export const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$Zm9vYmFyYmF6cXV4';",
  "export const token = 'xQ3vTr8nKpLzWq2mYd7sHg4B';",
  "export const url = 'https://xyzzy.example.com/qwrtz'; // to susan.qwrtz@example.com",
].join('\n');

const folder = createFolderWith({
  'page.md': '# A page\n\nIt is shown to whoever reads it.\n',
  'src/page.svelte': '<p>A forbiden word</p>\n',
  'src/rows.ts': '// The databse.\nexport const mispeled = 1;\n',
  'src/correct.ts': correct,
  'packages/a/node_modules/b/index.ts': '// whoever\n',
  'packages/a/build/index.js': '// whoever\n',
  'packages/a/src/migrations/sqlite/Migration1.ts': '// whoever\n',
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// One run each: loading the dictionaries takes seconds.
const all = checkWords();
const one = checkWords('src/correct.ts');

test('unknown words and forbidden phrases are errors, with file, line and column', () => {
  expect(all.lines).toEqual([
    expect.stringMatching(/^page\.md:3:16 {2}"whoever": use .*the user/),
    'src/page.svelte:1:6  unknown word "forbiden"',
    'src/rows.ts:1:8  unknown word "databse"',
    'src/rows.ts:2:14  unknown word "mispeled"',
    expect.stringMatching(/^✘ 4 findings\./),
  ]);
  expect(all.status).toBe(1);
});

test('technical terms, other languages, hashes and addresses are not errors', () => {
  expect(one.lines).toEqual(['✔ no unknown words and no forbidden phrases (1 files)']);
  expect(one.status).toBe(0);
});

/** Runs `pnpm words` in the folder. */
function checkWords(...files: string[]) {
  const program = resolve(import.meta.dirname, 'check-words.js');
  const { status, stdout } = spawnSync(process.execPath, [program, ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

function createFolderWith(files: Record<string, string>) {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'latchkey-words-')));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(path, dirname(file)), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  return path;
}
