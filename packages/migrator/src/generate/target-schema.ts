import type { Column, DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import { DatabaseError, type Engine } from '@latchkey/db';
import { textLiteral } from '../read-schema/sql-literals.ts';

/** The schema of the entities. @throws DatabaseError `bad_default` for a default that is an object */
export function targetSchema(generator: SqlSchemaGenerator, engine: Engine): DatabaseSchema {
  const schema = generator.getTargetSchema();
  // MikroORM turns an object into a text.
  for (const table of schema.getTables()) {
    const broken = table.getColumns().find((column) => column.default?.includes('[object Object]'));
    if (!broken) continue;
    throw new DatabaseError(
      'bad_default',
      `The default of ${table.name}.${broken.name} is an object. Write it as a text: .default('{"a":1}')`,
    );
  }
  // MySQL has no deferred foreign keys.
  if (engine === 'mysql') {
    for (const key of schema.getTables().flatMap((table) => Object.values(table.getForeignKeys())))
      delete key.deferMode;
  }
  for (const column of schema.getTables().flatMap((table) => table.getColumns())) {
    const [, text] = /^'(.*)'$/s.exec(column.default ?? '') ?? [];
    // MikroORM quotes a default that is a text, but does not escape the quotes in it.
    if (text !== undefined) column.default = textLiteral(text, engine);
    if (isNow.test(column.default ?? '')) column.default = getNowExpression(engine, column);
    if (/^enum\(/i.test(column.type)) column.type = enumOf(column.enumItems ?? []);
  }
  return schema;
}

const isNow = /^(?:current_timestamp|now) ?(?:\(\d*\))?$/i;

/**
 * The default for the current time, in the format that MikroORM reads: milliseconds since 1970 on SQLite, and on MySQL with as
 * many digits as the column has.
 */
function getNowExpression(engine: Engine, { type, default: value = null }: Column): string | null {
  const [, digits] = /^\w+\((\d)\)/.exec(type) ?? [];
  switch (engine) {
    case 'postgresql':
      return value;
    case 'sqlite':
      return type === 'datetime' ? "(cast(unixepoch('subsec') * 1000 as integer))" : 'current_timestamp';
    case 'mysql':
      return digits === undefined ? 'current_timestamp' : `current_timestamp(${digits})`;
  }
}

/** The type of an enum on MySQL. */
const enumOf = (items: readonly string[]): string =>
  `enum(${items.map((item) => textLiteral(item, 'mysql')).join(',')})`;
