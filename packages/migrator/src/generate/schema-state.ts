import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MikroORM, type Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import {
  DatabaseSchema,
  type AbstractSqlPlatform,
  type DatabaseTable,
  type SqlSchemaGenerator,
} from '@mikro-orm/sqlite';
import { DatabaseError, type Engine } from '@latchkey/db';
import { commonOptions, findEntities } from '@latchkey/db/connection';
import { targetSchema } from './target-schema.ts';

export type Folders = { entitiesFolder?: string | undefined; migrationsFolder: string };

/** What an engine's schema is to be and what its migrations have made of it so far, known without a server. */
export type SchemaState = {
  readonly engine: Engine;
  readonly platform: AbstractSqlPlatform;
  readonly generator: SqlSchemaGenerator;
  /** What the entities ask for. */
  readonly wanted: DatabaseSchema;
  /** What the migrations that are there lead to. */
  readonly reached: DatabaseSchema;
  /** What to write down once `wanted` is reached, and where. */
  readonly snapshot: { path: string; text: string };
};

/**
 * Connects to nothing.
 * @param readsSnapshot no, where the file of the last state is about to be written anew whatever it says
 * @throws DatabaseError `bad_snapshot` when the file in which the last state is written cannot be read
 */
export async function schemaStateOf(
  engine: Engine,
  folders: Folders,
  { readsSnapshot = true }: { readsSnapshot?: boolean } = {},
): Promise<SchemaState> {
  const path = join(folders.migrationsFolder, engine, '.snapshot.json');
  if (readsSnapshot) await requireReadable(path);
  const orm = await MikroORM.init({
    ...commonOptions(engine),
    ...(await driverOf(engine)),
    entities: await findEntities(folders.entitiesFolder),
    dbName: 'offline',
    migrations: {
      path: join(folders.migrationsFolder, engine),
      snapshotName: '.snapshot',
      migrationsList: [],
      silent: true,
    },
  });
  // The casts: MikroORM's core knows its extensions by interfaces, and these are the ones for SQL.
  const generator = orm.schema as unknown as SqlSchemaGenerator;
  const platform = orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  const migrator = new SnapshotMigrator(orm.em as never);
  const wanted = targetSchema(generator, engine);
  const reached =
    (readsSnapshot && (await migrator.read())) || new DatabaseSchema(platform, orm.config.get('schema'));
  for (const table of reached.getTables()) withoutOwnKeys(table);
  return {
    engine,
    platform,
    generator,
    wanted,
    reached,
    snapshot: { path, text: snapshotOf(wanted) },
  };
}

/**
 * As MikroORM writes it down, but with the columns in their order and their whole types, `numeric(12,3)`: the way back makes
 * tables of it.
 */
function snapshotOf(schema: DatabaseSchema): string {
  // The cast: it is what the parts of a schema say of themselves for a snapshot.
  const snapshot = JSON.parse(JSON.stringify(schema)) as Snapshot;
  const tables = snapshot.tables.map((table) => {
    const columns = schema.getTable(table.name)?.getColumns() ?? [];
    return {
      ...table,
      columns: Object.fromEntries(
        columns.map(({ name, type }) => [name, { ...table.columns[name], type: type.toLowerCase() }]),
      ),
    };
  });
  return `${JSON.stringify({ ...snapshot, tables }, null, 2)}\n`;
}

type Snapshot = { tables: { name: string; columns: Record<string, object> }[] };

/** MikroORM's migrator, for how it writes down a schema and reads it again. */
class SnapshotMigrator extends Migrator {
  read(): Promise<DatabaseSchema | undefined> {
    return this.getSchemaFromSnapshot();
  }
}

/** Only the driver that is asked for is loaded. */
export async function driverOf(engine: Engine): Promise<Partial<Options>> {
  switch (engine) {
    case 'sqlite':
      return { driver: (await import('@mikro-orm/sqlite')).SqliteDriver };
    case 'postgresql':
      return { driver: (await import('@mikro-orm/postgresql')).PostgreSqlDriver };
    case 'mysql':
      return { driver: (await import('@mikro-orm/mysql')).MySqlDriver };
  }
}

async function requireReadable(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    // A project that begins has none.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return;
  try {
    JSON.parse(text);
  } catch (error) {
    throw new DatabaseError(
      'bad_snapshot',
      /^<{7}|^>{7}/m.test(text)
        ? `${path} has the marks of a conflict: two branches have each added a migration. Bring the entities together as they are to be, and then run: pnpm db merge`
        : `${path} cannot be read. Take it from the version before (git checkout).`,
      { cause: error },
    );
  }
}

/** A snapshot says of each column of a key that it is one, and MikroORM would then make a key of each. */
function withoutOwnKeys(table: DatabaseTable): void {
  const { columnNames = [] } = table.getPrimaryKey() ?? {};
  if (columnNames.length < 2) return;
  for (const column of table.getColumns()) column.primary = false;
}
