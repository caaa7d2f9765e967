import type { AbstractSqlPlatform, DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import type { Database } from '@latchkey/db';
import { journalTable, migrationsTable } from '@latchkey/db/sql';
import { compareSchemas } from './generate/change-statements.ts';
import { listChanges, type SchemaChange } from './generate/schema-changes.ts';
import { targetSchema } from './generate/target-schema.ts';
import { normalizeLiveSchema } from './read-schema/normalize-schema.ts';
import { readLiveSchema, readLiveTables } from './read-schema/live-schema.ts';

/**
 * Compares the tables of a database with the entities. Ignores tables that belong to no entity.
 * @returns empty if they match
 */
export async function findSchemaDrift(database: Database): Promise<SchemaChange[]> {
  const target = targetSchemaOf(database);
  const live = await readLiveSchema(database, tablesOf(target));
  normalizeLiveSchema(live, target, database.engine);
  // The cast: MikroORM's core types its parts as interfaces, and this is the one for SQL.
  const platform = database.orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  return listChanges(compareSchemas({ platform }, live, target));
}

/** The tables that belong neither to an entity nor to the migrator. */
export async function findOtherTables(database: Database): Promise<string[]> {
  const known = new Set([...tablesOf(targetSchemaOf(database)), migrationsTable, journalTable]);
  return (await readLiveTables(database)).filter((name) => !known.has(name));
}

const targetSchemaOf = ({ orm, engine }: Database): DatabaseSchema =>
  // The cast: see above.
  targetSchema(orm.schema as unknown as SqlSchemaGenerator, engine);

const tablesOf = (schema: DatabaseSchema): string[] => schema.getTables().map(({ name }) => name);
