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

/** The schema of the entities and the schema of the migrations for one engine, without a server. */
export type SchemaState = {
  readonly engine: Engine;
  readonly platform: AbstractSqlPlatform;
  readonly generator: SqlSchemaGenerator;
  /** The schema of the entities. */
  readonly target: DatabaseSchema;
  /** The schema that the migrations create, from the snapshot. */
  readonly current: DatabaseSchema;
  /** The snapshot to write when a migration to `target` is written. */
  readonly snapshot: { path: string; text: string };
};

/**
 * Reads the entities and the snapshot of an engine. Does not connect to a database.
 * @param readsSnapshot false if the snapshot will be replaced, and may be invalid
 * @throws DatabaseError `bad_snapshot` if the snapshot cannot be read
 */
export async function readSchemaState(
  engine: Engine,
  folders: Folders,
  { readsSnapshot = true }: { readsSnapshot?: boolean } = {},
): Promise<SchemaState> {
  const path = join(folders.migrationsFolder, engine, '.snapshot.json');
  if (readsSnapshot) await requireReadable(path);
  const orm = await MikroORM.init({
    ...commonOptions(engine),
    ...(await loadDriver(engine)),
    entities: await findEntities(folders.entitiesFolder),
    dbName: 'offline',
    migrations: {
      path: join(folders.migrationsFolder, engine),
      snapshotName: '.snapshot',
      migrationsList: [],
      silent: true,
    },
  });
  // The casts: MikroORM's core types its extensions as interfaces, and these are the ones for SQL.
  const generator = orm.schema as unknown as SqlSchemaGenerator;
  const platform = orm.em.getPlatform() as unknown as AbstractSqlPlatform;
  const migrator = new SnapshotMigrator(orm.em as never);
  const target = targetSchema(generator, engine);
  const current =
    (readsSnapshot && (await migrator.read())) || new DatabaseSchema(platform, orm.config.get('schema'));
  for (const table of current.getTables()) clearColumnKeys(table);
  return {
    engine,
    platform,
    generator,
    target,
    current,
    snapshot: { path, text: createSnapshot(target) },
  };
}

/**
 * MikroORM's snapshot, but with the columns in order and with complete types such as `numeric(12,3)`, because a downgrade
 * creates tables from it.
 */
function createSnapshot(schema: DatabaseSchema): string {
  // The cast: this is the JSON of a schema and its parts.
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

/** Gives access to the protected method that reads a snapshot. */
class SnapshotMigrator extends Migrator {
  read(): Promise<DatabaseSchema | undefined> {
    return this.getSchemaFromSnapshot();
  }
}

/** Imports only the driver of this engine. */
export async function loadDriver(engine: Engine): Promise<Partial<Options>> {
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
    // A new project has no snapshot.
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
        ? `${path} has conflict markers: two branches have each added a migration. Merge the entities, then run: pnpm db merge`
        : `${path} is not valid JSON. Restore it from version control.`,
      { cause: error },
    );
  }
}

/** A snapshot marks each column of a composite key as a primary key, and MikroORM would create one key for each. */
function clearColumnKeys(table: DatabaseTable): void {
  const { columnNames = [] } = table.getPrimaryKey() ?? {};
  if (columnNames.length < 2) return;
  for (const column of table.getColumns()) column.primary = false;
}
