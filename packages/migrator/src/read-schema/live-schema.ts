import {
  DatabaseSchema,
  PostgreSqlSchemaHelper,
  type AbstractSqlConnection,
  type AbstractSqlPlatform,
  type SchemaHelper,
} from '@mikro-orm/sqlite';
import type { Database } from '@latchkey/db';
import { MysqlSchemaReader } from './mysql-schema-reader.ts';
import { SqliteSchemaReader } from './sqlite-schema-reader.ts';

/** The schema of these tables, as far as they are there, as it is in a database. */
export async function readLiveSchema(database: Database, tables: readonly string[]): Promise<DatabaseSchema> {
  const { platform, connection } = partsOf(database);
  // The cast: it is what the platform reads schemas with, and meant to be replaced where MikroORM is extended.
  (platform as unknown as { schemaHelper: SchemaHelper }).schemaHelper = await readerFor(database);
  const schema = await DatabaseSchema.create(
    connection,
    platform,
    database.orm.config,
    undefined,
    undefined,
    [...tables],
  );
  schema.setTables(schema.getTables().filter((table) => isOurs(table.schema, platform)));
  return schema;
}

/** On PostgreSQL others may have schemas of their own, with tables that are called like ours. */
const isOurs = (schema: string | null | undefined, platform: AbstractSqlPlatform): boolean =>
  !schema || schema === platform.getDefaultSchemaName();

/** The names of all tables there are, the migrations' own among them. */
export async function readLiveTables(database: Database): Promise<string[]> {
  const { platform, connection } = partsOf(database);
  const tables = (await platform.getSchemaHelper()?.getAllTables(connection)) ?? [];
  return tables.filter((table) => isOurs(table.schema_name, platform)).map(({ table_name: name }) => name);
}

/** The casts: MikroORM's core knows its parts by interfaces, and these are the ones for SQL. */
const partsOf = ({ orm }: Database) => ({
  platform: orm.em.getPlatform() as unknown as AbstractSqlPlatform,
  connection: orm.em.getConnection() as unknown as AbstractSqlConnection,
});

async function readerFor(database: Database): Promise<SchemaHelper> {
  const { platform, connection } = partsOf(database);
  switch (database.engine) {
    case 'sqlite':
      return new SqliteSchemaReader(platform);
    case 'postgresql':
      return new PostgreSqlSchemaHelper(platform);
    case 'mysql': {
      const { version } = await connection.execute<{ version: string }>(
        'select version() as version',
        [],
        'get',
      );
      return new MysqlSchemaReader(platform, /mariadb/i.test(version));
    }
  }
}
