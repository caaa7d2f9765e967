import type { EntitySchema } from '@mikro-orm/core';
import type Sqlite from 'better-sqlite3';
import type { Database } from '../database.ts';
import type { RowWriter } from './row-writer.ts';

/** The indexes are written here and there: with the usual 16 MiB, most of the time goes into that. */
const cacheKib = 131_072;

/** SQLite: one small statement for each table, prepared once, like `moving/user-table-sqlite.ts`. */
export async function sqliteRowWriter(database: Database): Promise<RowWriter> {
  // The cast: MikroORM's connection to SQLite is better-sqlite3's.
  const sqlite = (await database.nativeClient()) as Sqlite.Database;
  const inserts = new Map<EntitySchema, (row: object) => void>();

  const insertOf = (entity: EntitySchema) => {
    const known = inserts.get(entity);
    if (known) return known;
    const insert = insertInto(database, sqlite, entity);
    inserts.set(entity, insert);
    return insert;
  };

  return {
    insertAll: (all) =>
      database.exclusively(async () => {
        const cacheSize = Number(sqlite.pragma('cache_size', { simple: true }));
        sqlite.pragma(`cache_size = ${-cacheKib}`);
        sqlite.exec('begin immediate');
        try {
          for (const { entity, rows } of all) {
            const insert = insertOf(entity);
            for (const row of rows) insert(row);
          }
          sqlite.exec('commit');
        } catch (error) {
          // A full disk, for one, has rolled back by itself.
          if (sqlite.inTransaction) sqlite.exec('rollback');
          throw error;
        } finally {
          sqlite.pragma(`cache_size = ${cacheSize}`);
        }
      }),
  };
}

function insertInto({ orm }: Database, sqlite: Sqlite.Database, entity: EntitySchema): (row: object) => void {
  const { tableName, props } = orm.getMetadata().get(entity.meta.class);
  const platform = orm.em.getPlatform();
  const columns = props
    .filter(({ persist }) => persist !== false)
    .map(({ name, fieldNames: [column = ''], customType }) => ({
      name,
      column,
      stored: customType
        ? (value: unknown): unknown => customType.convertToDatabaseValue(value, platform)
        : stored,
    }));
  const names = columns.map(({ column }) => `"${column}"`).join();
  const statement = sqlite.prepare(
    `insert into "${tableName}" (${names}) values (${columns.map(() => '?').join()})`,
  );
  return (row) => {
    // The cast: rows have the properties of their entity.
    const values = row as Record<string, unknown>;
    statement.run(columns.map((column) => column.stored(values[column.name])));
  };
}

/** As MikroORM stores it: SQLite knows neither times nor booleans. */
function stored(value: unknown): unknown {
  if (typeof value === 'string' || value === null) return value;
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}
