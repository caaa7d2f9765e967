import type { DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import type { Engine } from '../../engine.ts';
import { textInSql } from '../reading/sql-texts.ts';

/** What the entities ask for. */
export function wantedSchema(generator: SqlSchemaGenerator, engine: Engine): DatabaseSchema {
  const schema = generator.getTargetSchema();
  // MikroORM puts marks around a text that is a default, and leaves those alone that are in it.
  for (const column of schema.getTables().flatMap((table) => table.getColumns())) {
    const [, text] = /^'(.*)'$/s.exec(column.default ?? '') ?? [];
    if (text !== undefined) column.default = textInSql(text, engine);
    if (/^enum\(/i.test(column.type)) column.type = enumOf(column.enumItems ?? []);
  }
  return schema;
}

/** MySQL's. */
const enumOf = (items: readonly string[]): string =>
  `enum(${items.map((item) => textInSql(item, 'mysql')).join(',')})`;
