import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runWithNode } from '@latchkey/db/testing';

const root = join(import.meta.dirname, '..');

test('migrations are found in a path with special characters of URLs', async () => {
  // In the package folder, from which the files can import MikroORM.
  const folder = join(root, 'artifacts', `a#b %20 c ${crypto.randomUUID()}`);
  const path = join(folder, 'sqlite/Migration20261123120000_first.ts');
  const text = `import { Migration } from '@mikro-orm/migrations';
    export class Migration20261123120000_first extends Migration { up() {} }`;
  const load = `import { readRevisions } from './src/revisions.ts';
    const found = (await readRevisions('sqlite', folder)).map(({ message }) => message);`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const program = `const folder = ${JSON.stringify(folder)}; ${load} console.log(JSON.stringify(found));`;
    expect(JSON.parse(await runWithNode(program, root))).toEqual(['first']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
