import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import typescript from 'typescript-eslint';

const root = resolve(import.meta.dirname, '../../..');
const here = 'tooling/lint/src/workspace-fixture.ts';
const page = 'apps/web/src/routes/+page.svelte';

const violations: [rule: string, file: string, code: string][] = [
  ['@typescript-eslint/no-explicit-any', here, 'export const value = (input: any) => String(input);'],
  [
    '@typescript-eslint/no-non-null-assertion',
    here,
    'export const first = (all: Date[]) => all[0]!.getTime();',
  ],
  ['@typescript-eslint/no-floating-promises', here, 'export function start() { Promise.resolve(1); }'],
  [
    'no-duplicate-imports',
    here,
    `import { a } from './a.ts'; import type { B } from './a.ts'; export const c: B = a;`,
  ],
  ['no-restricted-syntax', 'packages/db/src/a.test.ts', `test.only('a', () => {});`],
  ['no-restricted-syntax', 'packages/db/src/a.test.ts', `describe.concurrent.only('a', () => {});`],
  ['no-restricted-syntax', 'packages/db/src/a.test.ts', `it.only.each([1])('a', () => {});`],
  ['no-restricted-syntax', 'packages/db/src/a.test.ts', `test('a', { only: true }, () => {});`],
  ['no-restricted-syntax', 'packages/db/src/a.test.ts', `test('${'a'.repeat(81)}', () => {});`],
  ['no-restricted-syntax', 'packages/db/src/a.test.ts', `test.for([1])('${'a'.repeat(81)}', () => {});`],
  ['no-console', 'apps/api/src/main.ts', `console.log('here');`],
  ['no-console', page, `<script lang="ts">console.log('here');</script>`],
  ['no-restricted-imports', page, `<script lang="ts">import type { User } from '@latchkey/db';</script>`],
  ['no-restricted-imports', page, `<script lang="ts">import type { User } from 'lucia';</script>`],
  [
    'no-restricted-imports',
    page,
    `<script lang="ts">import type { A } from '../../../../packages/db/src/a.ts';</script>`,
  ],
  ['svelte/no-at-html-tags', page, '{@html location.hash}'],
  ['no-undef', 'tooling/bootstrap/start.mjs', 'document.title;'],
];

// The first test waits until TypeScript has loaded the project.
test.for(violations)('%s is reported in %s: %s', { timeout: 60_000 }, async ([rule, file, code]) => {
  expect(await findViolatedRules(file, code)).toContain(rule);
});

test('an unused eslint-disable comment is reported', async () => {
  const messages = await lint(here, '// eslint-disable-next-line no-empty\nexport const value = 1;');

  expect(messages.map(({ message }) => message)).toEqual([expect.stringContaining('Unused eslint-disable')]);
});

test.for([
  ['apps/cli/src/users.ts', `console.log('susan');`],
  ['tooling/bootstrap/start.mjs', `console.log(process.version);`],
  ['apps/web/src/lib/forms.js', `document.title = location.href;`],
  ['packages/db/src/a.test.ts', `test('a', { timeout: 1000 }, () => {});`],
  ['packages/db/src/a.test.ts', `test.each(['a'])('${'a'.repeat(80)}', () => {});`],
  ['packages/db/src/a.test.ts', `test('a', () => f('${'a'.repeat(81)}'));`],
  [
    page,
    `<script lang="ts">import type { Router } from '@latchkey/api'; let { data }: { data: Router } = $props();</script>{data}`,
  ],
] as const)('nothing is reported in %s: %s', async ([file, code]) => {
  expect(await findViolatedRules(file, code)).toEqual([]);
});

async function findViolatedRules(file: string, code: string) {
  return (await lint(file, code)).map(({ ruleId }) => ruleId);
}

/** Lints a text as the content of a file. Types are available only for an existing file. */
async function lint(file: string, code: string) {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: file === here ? [] : [typescript.configs.disableTypeChecked],
  });
  const [result] = await eslint.lintText(code, { filePath: file });
  return result?.messages ?? [];
}
