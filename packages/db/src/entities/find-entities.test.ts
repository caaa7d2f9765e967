import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runWithNode } from '../testing.ts';

const root = join(import.meta.dirname, '../..');

test('entities are found in a path with characters that are special in a URL', async () => {
  // Within the package, so that the import of MikroORM resolves.
  const folder = join(root, 'artifacts', `a#b %20 c ${crypto.randomUUID()}`);
  const path = join(folder, 'note.ts');
  const text = `import { defineEntity, p } from '@mikro-orm/core';
    export const Note = defineEntity({ name: 'Note', properties: { id: p.string().primary() } });`;
  const load = `import { findEntities } from './src/entities/find-entities.ts';
    const found = (await findEntities(folder)).map(({ meta }) => meta.className);`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const program = `const folder = ${JSON.stringify(folder)}; ${load} console.log(JSON.stringify(found));`;
    expect(JSON.parse(await runWithNode(program, root))).toEqual(['Note']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
