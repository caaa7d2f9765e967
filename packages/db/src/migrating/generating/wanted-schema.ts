import type { DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import type { Engine } from '../../engine.ts';

/** What the entities ask for. */
export function wantedSchema(generator: SqlSchemaGenerator, engine: Engine): DatabaseSchema {
  const schema = generator.getTargetSchema();
  // MikroORM puts marks around a text that is a default, and leaves those alone that are in it.
  for (const column of schema.getTables().flatMap((table) => table.getColumns())) {
    const [, text] = /^'(.*)'$/s.exec(column.default ?? '') ?? [];
    if (text !== undefined) column.default = `'${escaped[engine](text)}'`;
  }
  return schema;
}

const doubled = (text: string) => text.replaceAll("'", "''");

/** As MikroORM reads it from a database again. */
const escaped: Record<Engine, (text: string) => string> = {
  sqlite: doubled,
  postgresql: doubled,
  mysql: (text) => text.replace(/[\\']/g, String.raw`\$&`),
};
