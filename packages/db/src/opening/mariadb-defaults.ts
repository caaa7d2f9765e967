import type { MikroORM } from '@mikro-orm/core';

type Wrap = (value: string | null | undefined, type: object) => string | null | undefined;

/**
 * MariaDB keeps the default of a column as an expression (`NULL`, `'user'`), MySQL as a value (none, `user`), and MikroORM's
 * driver for MySQL reads values. Without this, every text with a default and every text without one would look changed
 * when the schema is compared with the entities (MariaDB, "Information Schema COLUMNS Table").
 */
export async function readDefaultsOfMariadb(orm: MikroORM): Promise<void> {
  // The cast: the question has one answer.
  const [row] = (await orm.em.getConnection().execute('select version() as version')) as [
    { version: string },
  ];
  if (!/mariadb/i.test(row.version)) return;

  // The cast: MikroORM's platform for MySQL has this helper, which passes each default that it reads through this method.
  const helper = orm.em.getPlatform().getSchemaHelper() as { wrap: Wrap };
  const wrap = helper.wrap.bind(helper);
  helper.wrap = (expression, type) => wrap(valueOf(expression), type);
}

/** @returns a call or a number as it stands */
export function valueOf(expression: string | null | undefined): string | null | undefined {
  if (expression === 'NULL') return null;
  const [, text] = /^'(.*)'$/s.exec(expression ?? '') ?? [];
  return text === undefined ? expression : text.replaceAll("''", "'").replaceAll('\\\\', '\\');
}
