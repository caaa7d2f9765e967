import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downgrade, upgrade } from './index.ts';
import { queryRows, runSql, createTemporaryProject, type TemporaryProject } from './project.fixture.ts';

const page = join(import.meta.dirname, '../../../docs/migrations.md');

let project: TemporaryProject;
beforeEach(async () => {
  project = await createTemporaryProject();
});
afterEach(() => project.remove());

test('the migrations in docs/migrations.md run as described', async () => {
  const shown = [...(await readFile(page, 'utf8')).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = '']) => code,
  );
  const names = shown.map((code) => /class (\w+)/.exec(code)?.[1] ?? '');
  expect(names).toHaveLength(2);
  await mkdir(join(project.migrationsFolder, 'sqlite'));
  for (const [index, code] of shown.entries()) {
    const whole = code.includes('import ')
      ? code
      : `import { Migration } from '@mikro-orm/migrations';\n${code}`;
    await writeFile(join(project.migrationsFolder, 'sqlite', `${names[index] ?? ''}.ts`), whole);
  }

  await project.write({ Team: 'name: p.text().unique(),' });
  const database = await project.open();
  const [first = ''] = await upgrade(database, { to: '+1' });
  await runSql(database, "insert into teams (id, name) values (1, 'red'), (2, 'blue')");
  expect([first, ...(await upgrade(database))]).toEqual(names);
  expect(await queryRows(database, 'select name from teams order by id')).toEqual([
    { name: 'RED' },
    { name: 'BLUE' },
  ]);
  expect(await downgrade(database, 'base')).toEqual(names.toReversed());
});
