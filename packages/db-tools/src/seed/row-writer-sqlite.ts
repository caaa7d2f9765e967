import type { EntityProperty, EntitySchema, Platform, Type } from '@mikro-orm/core';
import type Sqlite from 'better-sqlite3';
import type { Database } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';
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
  const meta = orm.getMetadata().get(entity.meta.class);
  const platform = orm.em.getPlatform();
  const columns = storedProperties(meta).flatMap((property) =>
    property.fieldNames.map((column, index) => ({
      column,
      stored: (row: Values) => toStore(valueIn(row, property, index), property, platform),
    })),
  );
  const names = columns.map(({ column }) => `"${column}"`).join();
  const statement = sqlite.prepare(
    `insert into "${meta.tableName}" (${names}) values (${columns.map(() => '?').join()})`,
  );
  return (row) => {
    // The cast: rows have the properties of their entity.
    statement.run(columns.map((column) => column.stored(row as Values)));
  };
}

type Values = Record<string, unknown>;

/** Of another row whose key is several columns, the row names all of them, in their order. */
function valueIn(row: Values, { name, fieldNames }: EntityProperty, index: number): unknown {
  const value = row[name];
  return fieldNames.length > 1 && Array.isArray(value) ? value[index] : value;
}

function toStore(value: unknown, { customType }: EntityProperty, platform: Platform): unknown {
  // The cast: most properties have no type of their own, which MikroORM's type does not say.
  const own = customType as Type<unknown> | undefined;
  return own ? own.convertToDatabaseValue(value, platform) : stored(value);
}

/** As MikroORM stores it: SQLite knows neither times nor booleans. */
function stored(value: unknown): unknown {
  if (typeof value === 'string' || value === null) return value;
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}
