import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Application } from '@latchkey/api';
import { readConfig, workspaceRoot } from '@latchkey/config';
import { openDatabase } from '@latchkey/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEvaluator } from './evaluator.ts';
import { createShell } from './shell-scope.ts';
import { createTestShell, type TestShell } from './testing.ts';

const page = await readFile(join(workspaceRoot, 'docs/shell.md'), 'utf8');
const consoles = [...page.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, code = '']) => code);
const dialogue = consoles.filter((code) => code.startsWith('latchkey> ')).join('');
const commands = consoles.filter((code) => code.startsWith('$ ')).join('');

/** An input at a prompt, and its output. */
type Exchange = { typed: string; printed: string };

function parseExchanges(code: string, prompt: string): Exchange[] {
  const parts = `\n${code}`.split(`\n${prompt}`).slice(1);
  return parts.map((part) => {
    const [typed = '', ...printed] = part.trimEnd().split('\n');
    return { typed, printed: printed.join('\n') };
  });
}

/** Replaces ids, times and durations, which differ in every run. */
const normalized = (text: string) =>
  text
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, (id) => '0'.repeat(id.length))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\d+ ms/g, 'N ms')
    .trimEnd();

/** The output, with `…` in place of the lines that the page leaves out. */
function abridge(printed: string, expected: string): string {
  const lines = normalized(printed).split('\n');
  const wanted = normalized(expected).split('\n');
  const gap = wanted.indexOf('…');
  if (gap < 0 || lines.length < wanted.length - 1) return lines.join('\n');
  const below = wanted.length - gap - 1;
  return [...lines.slice(0, gap), '…', ...lines.slice(lines.length - below)].join('\n');
}

let shell: TestShell;
beforeAll(async () => {
  shell = await createTestShell();
});
afterAll(() => shell.remove());

describe('docs/shell.md', () => {
  test('has its examples', () => {
    expect(parseExchanges(dialogue, 'latchkey> ').length).toBeGreaterThan(20);
    expect(parseExchanges(commands, '$ ').length).toBeGreaterThan(6);
  });

  test('shows the output of each input', async () => {
    const exchanges = parseExchanges(dialogue, 'latchkey> ');
    const mark = '--- next ---';
    // An error ends a script: the rest is run by another process. The semicolons replace the ends of lines at a terminal.
    const input = exchanges.map(({ typed }) => `${typed};\n'${mark}';\n`);
    const answers: string[] = [];
    for (let from = 0; from < input.length;) {
      const { out, err } = await shell.run([], {
        input: input.slice(from).join(''),
        env: { COLUMNS: '110' },
      });
      const printed = out.split(`'${mark}'\n`);
      answers.push(...printed.slice(0, -1), ...(err === '' ? [] : [err]));
      from = answers.length;
    }
    exchanges.forEach(({ typed, printed }, index) => {
      const answer = abridge(answers[index] ?? '', printed);
      expect({ typed, printed: answer }).toEqual({ typed, printed: normalized(printed) });
    });
  });

  test.each(parseExchanges(commands, '$ '))('shows the output of $typed', async ({ typed, printed }) => {
    const shellFile = join(import.meta.dirname, '../shell.ts');
    const command = typed.replace('pnpm shell', `'${process.execPath}' '${shellFile}'`);
    const output = await new Promise<string>((resolve) => {
      const env = { ...process.env, DATABASE_URL: shell.url, COLUMNS: '110' };
      execFile('sh', ['-c', `{ ${command}; } 2>&1`], { env }, (_, out) => {
        resolve(out);
      });
    });
    expect(normalized(output)).toBe(normalized(printed));
  });

  test('shows how to add names to the scope', async () => {
    const [, code = ''] = /^```ts\n([^]*?)^```$/m.exec(page) ?? [];
    const folder = join(import.meta.dirname, '../../artifacts/shell-docs');
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'application.ts');
    await writeFile(file, code);
    const { application } = (await import(/* @vite-ignore */ file)) as { application: Application };

    const database = await openDatabase(shell.url);
    const own = await createShell(database, { config: readConfig({ LOG_LEVEL: 'silent' }), application });
    const evaluator = createEvaluator(own.scope);
    try {
      expect(await evaluator.evaluate('(await by("susan")).role')).toBe('admin');
      await evaluator.evaluate('await as("susan"); await kick("susan")');
      expect(await evaluator.evaluate('em.count(Session)')).toBe(0);
    } finally {
      evaluator.close();
      await own.end();
      await database.close();
      await rm(folder, { recursive: true });
    }
  });
});
