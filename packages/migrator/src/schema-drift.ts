import type { AbstractSqlPlatform, DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import type { Database } from '@latchkey/db';
import { journalTable, migrationsTable } from '@latchkey/db/sql';
import { differenceOf } from './generating/change-statements.ts';
import { changesOf, type SchemaChange } from './generating/schema-changes.ts';
import { wantedSchema } from './generating/wanted-schema.ts';
import { align } from './reading/align.ts';
import { liveSchema, liveTables } from './reading/live-schema.ts';

/**
 * How the tables of the entities, as they are in a database, differ from what the entities ask for; empty when they do
 * not. Other tables are nobody's business here.
 */
export async function liveDrift(database: Database): Promise<SchemaChange[]> {
  const wanted = wantedSchemaOf(database);
  const live = await liveSchema(database, tablesOf(wanted));
  align(live, wanted, database.engine);
  // The cast: MikroORM's core knows its parts by interfaces, and this is the one for SQL.
  const platform = database.orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  return changesOf(differenceOf({ platform }, live, wanted));
}

/** The tables that are neither of an entity nor of the migrations. */
export async function otherTables(database: Database): Promise<string[]> {
  const own = new Set([...tablesOf(wantedSchemaOf(database)), migrationsTable, journalTable]);
  return (await liveTables(database)).filter((name) => !own.has(name));
}

const wantedSchemaOf = ({ orm, engine }: Database): DatabaseSchema =>
  // The cast: as above.
  wantedSchema(orm.schema as unknown as SqlSchemaGenerator, engine);

const tablesOf = (schema: DatabaseSchema): string[] => schema.getTables().map(({ name }) => name);
