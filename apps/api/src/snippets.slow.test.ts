import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../artifacts/snippets');
const docs = resolve(import.meta.dirname, '../../../docs');
const given = 'as, auth, client, noTokens, passwords, sam, same, users, world';

type Snippet = { name: string; code: string };

/** The TypeScript blocks of a page, each as a module. */
async function findSnippets(page: string): Promise<Snippet[]> {
  const text = await readFile(join(docs, page), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = ''], index) => ({
    name: `${page.replace('.md', '')}-${index + 1}`,
    code: `import { ${given} } from '../../src/snippets.fixture.ts';\n${withChecks(code)}\nexport {};\n`,
  }));
}

/** `EXPRESSION; //=> VALUE` becomes a comparison. */
const withChecks = (code: string) => code.replace(/^(\s*)(.+?);? +\/\/=> (.+)$/gm, '$1same($2, $3);');

const snippets = [...(await findSnippets('coming-from-flask.md')), ...(await findSnippets('hooks.md'))];

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, code } of snippets) await writeFile(join(folder, `${name}.ts`), code);
  const options = { noUnusedLocals: false, noUnusedParameters: false, rootDir: '../..' };
  const config = { extends: '../../tsconfig.json', compilerOptions: options, include: ['*.ts'], exclude: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
});

describe('the examples in the docs', () => {
  test('are found', () => {
    expect(snippets.length).toBeGreaterThan(14);
  });

  test('have no type errors', async () => {
    const tsc = resolve(import.meta.dirname, '../node_modules/typescript/bin/tsc');
    const output = await new Promise<string>((done) => {
      execFile(process.execPath, [tsc, '-p', folder], (_, out) => {
        done(out);
      });
    });
    expect(output).toBe('');
  });

  test.each(snippets)('run with the values that they show: $name', async ({ name }) => {
    await import(/* @vite-ignore */ join(folder, `${name}.ts`));
  });

  afterAll(async () => {
    const { world } = await import('./snippets.fixture.ts');
    await world.stop();
  });
});
