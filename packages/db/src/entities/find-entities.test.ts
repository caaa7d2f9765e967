import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

// Within the package: what is written here imports MikroORM, which is found from here.
const folder = join(import.meta.dirname, '../../artifacts', `a#b %20 c ${crypto.randomUUID()}`);

beforeEach(() => mkdir(join(folder, 'sqlite'), { recursive: true }));
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  {
    what: 'entities',
    file: 'note.ts',
    text: `import { defineEntity, p } from '@mikro-orm/core';
      export const Note = defineEntity({ name: 'Note', properties: { id: p.string().primary() } });`,
    load: `import { findEntities } from './src/entities/find-entities.ts';
      const found = (await findEntities(folder)).map(({ meta }) => meta.className);`,
    found: ['Note'],
  },
  {
    what: 'factories',
    file: 'user.ts',
    text: `import { EntitySchema } from '@mikro-orm/core';
      export const factory = { entity: new EntitySchema({ name: 'Note' }), make: () => ({}) };`,
    load: `import { findFactories } from './src/seeding/find-factories.ts';
      const found = [...(await findFactories(folder)).keys()].map(({ meta }) => meta.className);`,
    found: ['Note'],
  },
  {
    what: 'migrations',
    file: 'sqlite/Migration20261123120000_first.ts',
    text: `import { Migration } from '@mikro-orm/migrations';
      export class Migration20261123120000_first extends Migration { up() {} }`,
    load: `import { readRevisions } from './src/migrating/revisions.ts';
      const found = (await readRevisions('sqlite', folder)).map(({ message }) => message);`,
    found: ['first'],
  },
])('$what are found in a clone whose path means something in a URL', async ({ file, text, load, found }) => {
  await writeFile(join(folder, file), text);
  expect(await printedBy(load)).toEqual(found);
});

/** By Node itself, as everything but a test is: the test runner reads paths in its own way. */
async function printedBy(load: string): Promise<unknown> {
  const program = `${load} process.stdout.write(JSON.stringify(found));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', `const folder = ${JSON.stringify(folder)}; ${program}`],
    { cwd: join(import.meta.dirname, '../..') },
  );
  return JSON.parse(stdout);
}
