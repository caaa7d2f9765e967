import type { AbstractSqlPlatform, DatabaseSchema, SqlSchemaGenerator } from '@mikro-orm/sqlite';
import type { Database } from '../database.ts';
import type { Engine } from '../engine.ts';
import { differenceOf } from './generating/change-statements.ts';
import { changesOf, type SchemaChange } from './generating/schema-changes.ts';
import { wantedSchema } from './generating/wanted-schema.ts';
import { journalTable } from './migration-journal.ts';
import { alignDefaults } from './reading/same-defaults.ts';
import { liveSchema, liveTables } from './reading/live-schema.ts';

/**
 * How the tables of the entities, as they are in a database, differ from what the entities ask for; empty when they do
 * not. Other tables are nobody's business here.
 */
export async function liveDrift(database: Database): Promise<SchemaChange[]> {
  const wanted = wantedSchemaOf(database);
  const live = await liveSchema(database, tablesOf(wanted));
  alignColumns(wanted, live, database.engine);
  alignDefaults(live, wanted, database.engine);
  // The cast: MikroORM's core knows its parts by interfaces, and this is the one for SQL.
  const platform = database.orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  return changesOf(differenceOf({ platform }, live, wanted));
}

/** The tables that are neither of an entity nor of the migrations. */
export async function otherTables(database: Database): Promise<string[]> {
  const migrations = String(database.orm.config.get('migrations').tableName);
  const own = new Set([...tablesOf(wantedSchemaOf(database)), migrations, journalTable]);
  return (await liveTables(database)).filter((name) => !own.has(name));
}

const wantedSchemaOf = ({ orm, engine }: Database): DatabaseSchema =>
  // The cast: as above.
  wantedSchema(orm.schema as unknown as SqlSchemaGenerator, engine);

const tablesOf = (schema: DatabaseSchema): string[] => schema.getTables().map(({ name }) => name);

/** What is read otherwise than it is wanted, and means the same. */
function alignColumns(wanted: DatabaseSchema, live: DatabaseSchema, engine: Engine): void {
  for (const table of live.getTables()) {
    for (const column of table.getColumns()) {
      const other = wanted.getTable(table.name)?.getColumn(column.name);
      // A check of `kind in ('red', 'blue')` may be somebody's own, and is compared as the check that it is.
      if (!other?.enumItems?.length) delete column.enumItems;
      // SQLite counts rows by itself in an `integer primary key` alone, whatever numbers it is for.
      if (engine === 'sqlite' && other?.autoincrement) {
        Object.assign(column, { type: other.type, mappedType: other.mappedType });
      }
    }
  }
}
