import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runWithNode } from '@latchkey/db/testing';

const root = join(import.meta.dirname, '../..');

test('factories are found in a path with characters that are special in a URL', async () => {
  // Within the package, so that the import of MikroORM resolves.
  const folder = join(root, 'artifacts', `a#b %20 c ${crypto.randomUUID()}`);
  const path = join(folder, 'user.ts');
  const text = `import { EntitySchema } from '@mikro-orm/core';
    export const factory = { entity: new EntitySchema({ name: 'Note' }), make: () => ({}) };`;
  const load = `import { findFactories } from './src/seed/find-factories.ts';
    const found = [...(await findFactories(folder)).keys()].map(({ meta }) => meta.className);`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const program = `const folder = ${JSON.stringify(folder)}; ${load} console.log(JSON.stringify(found));`;
    expect(JSON.parse(await runWithNode(program, root))).toEqual(['Note']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
