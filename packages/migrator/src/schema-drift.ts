import type { AbstractSqlPlatform, DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import type { Database } from '@latchkey/db';
import { journalTable, migrationsTable } from '@latchkey/db/sql';
import { differenceOf } from './generate/change-statements.ts';
import { changesOf, type SchemaChange } from './generate/schema-changes.ts';
import { targetSchema } from './generate/target-schema.ts';
import { normalizeLiveSchema } from './read-schema/normalize-schema.ts';
import { readLiveSchema, readLiveTables } from './read-schema/live-schema.ts';

/**
 * How the tables of the entities, as they are in a database, differ from what the entities ask for; empty when they do
 * not. Other tables are nobody's business here.
 */
export async function liveDrift(database: Database): Promise<SchemaChange[]> {
  const wanted = targetSchemaOf(database);
  const live = await readLiveSchema(database, tablesOf(wanted));
  normalizeLiveSchema(live, wanted, database.engine);
  // The cast: MikroORM's core knows its parts by interfaces, and this is the one for SQL.
  const platform = database.orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  return changesOf(differenceOf({ platform }, live, wanted));
}

/** The tables that are neither of an entity nor of the migrations. */
export async function otherTables(database: Database): Promise<string[]> {
  const own = new Set([...tablesOf(targetSchemaOf(database)), migrationsTable, journalTable]);
  return (await readLiveTables(database)).filter((name) => !own.has(name));
}

const targetSchemaOf = ({ orm, engine }: Database): DatabaseSchema =>
  // The cast: as above.
  targetSchema(orm.schema as unknown as SqlSchemaGenerator, engine);

const tablesOf = (schema: DatabaseSchema): string[] => schema.getTables().map(({ name }) => name);
