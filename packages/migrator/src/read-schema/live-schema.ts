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

/** Reads the schema of the given tables from a database. Missing tables are ignored. */
export async function readLiveSchema(database: Database, tables: readonly string[]): Promise<DatabaseSchema> {
  const { platform, connection } = partsOf(database);
  // The cast: the property is protected, so that extensions of MikroORM can replace it.
  (platform as unknown as { schemaHelper: SchemaHelper }).schemaHelper = await createSchemaReader(database);
  const schema = await DatabaseSchema.create(
    connection,
    platform,
    database.orm.config,
    undefined,
    undefined,
    [...tables],
  );
  schema.setTables(schema.getTables().filter((table) => isInDefaultSchema(table.schema, platform)));
  return schema;
}

/** PostgreSQL may have other schemas with tables of the same name. */
const isInDefaultSchema = (schema: string | null | undefined, platform: AbstractSqlPlatform): boolean =>
  !schema || schema === platform.getDefaultSchemaName();

/** Reads the names of all tables, including those of the migrator. */
export async function readLiveTables(database: Database): Promise<string[]> {
  const { platform, connection } = partsOf(database);
  const tables = (await platform.getSchemaHelper()?.getAllTables(connection)) ?? [];
  return tables
    .filter((table) => isInDefaultSchema(table.schema_name, platform))
    .map(({ table_name: name }) => name);
}

/** The casts: MikroORM's core types its parts as interfaces, and these are the ones for SQL. */
const partsOf = ({ orm }: Database) => ({
  platform: orm.em.getPlatform() as unknown as AbstractSqlPlatform,
  connection: orm.em.getConnection() as unknown as AbstractSqlConnection,
});

async function createSchemaReader(database: Database): Promise<SchemaHelper> {
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
