import {
  DatabaseSchema,
  type AbstractSqlConnection,
  type AbstractSqlPlatform,
  type SqlSchemaGenerator,
} from '@mikro-orm/sqlite';
import type { Database } from '../database.ts';
import { differenceOf } from './generating/change-statements.ts';
import { changesOf, type SchemaChange } from './generating/schema-changes.ts';
import { wantedSchema } from './generating/wanted-schema.ts';
import { journalTable } from './migration-journal.ts';

/** How the schema in a database differs from what the entities ask for; empty when it does not. */
export async function liveDrift(database: Database): Promise<SchemaChange[]> {
  // The casts: MikroORM's core knows its parts by interfaces, and these are the ones for SQL.
  const platform = database.orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  const generator = database.orm.schema as unknown as SqlSchemaGenerator;
  const wanted = wantedSchema(generator, database.engine);
  return changesOf(differenceOf({ platform }, await liveSchema(database), wanted));
}

/** The schema as it is in a database, without the migrations' own tables. */
export function liveSchema({ orm }: Database): Promise<DatabaseSchema> {
  return DatabaseSchema.create(
    orm.em.getConnection() as unknown as AbstractSqlConnection,
    orm.em.getPlatform() as unknown as AbstractSqlPlatform,
    orm.config,
    undefined,
    undefined,
    undefined,
    [String(orm.config.get('migrations').tableName), journalTable],
  );
}
