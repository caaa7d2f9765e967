import type { Column, DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import { DatabaseError, type Engine } from '@latchkey/db';
import { textLiteral } from '../read-schema/sql-literals.ts';

/** What the entities ask for. */
export function targetSchema(generator: SqlSchemaGenerator, engine: Engine): DatabaseSchema {
  const schema = generator.getTargetSchema();
  // MikroORM puts marks around a text that is a default, and leaves those alone that are in it.
  for (const table of schema.getTables()) {
    const broken = table.getColumns().find((column) => column.default?.includes('[object Object]'));
    if (!broken) continue;
    throw new DatabaseError(
      'bad_default',
      `${table.name}.${broken.name} has an object for a default. Give it as text: .default('{"a":1}')`,
    );
  }
  // MySQL looks at references at once, and knows no word for it.
  if (engine === 'mysql') {
    for (const key of schema.getTables().flatMap((table) => Object.values(table.getForeignKeys())))
      delete key.deferMode;
  }
  for (const column of schema.getTables().flatMap((table) => table.getColumns())) {
    const [, text] = /^'(.*)'$/s.exec(column.default ?? '') ?? [];
    if (text !== undefined) column.default = textLiteral(text, engine);
    if (isNow.test(column.default ?? '')) column.default = nowFor(engine, column);
    if (/^enum\(/i.test(column.type)) column.type = enumOf(column.enumItems ?? []);
  }
  return schema;
}

const isNow = /^(?:current_timestamp|now) ?(?:\(\d*\))?$/i;

/**
 * The time of a row, as an application would write it: SQLite knows no times, and keeps milliseconds since 1970. MySQL wants as
 * many digits as the column has.
 */
function nowFor(engine: Engine, { type, default: asked = null }: Column): string | null {
  const [, digits] = /^\w+\((\d)\)/.exec(type) ?? [];
  switch (engine) {
    case 'postgresql':
      return asked;
    case 'sqlite':
      return type === 'datetime' ? "(cast(unixepoch('subsec') * 1000 as integer))" : 'current_timestamp';
    case 'mysql':
      return digits === undefined ? 'current_timestamp' : `current_timestamp(${digits})`;
  }
}

/** MySQL's. */
const enumOf = (items: readonly string[]): string =>
  `enum(${items.map((item) => textLiteral(item, 'mysql')).join(',')})`;
