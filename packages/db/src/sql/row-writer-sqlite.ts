import { setImmediate } from 'node:timers/promises';
import {
  UniqueConstraintViolationException,
  type EntityProperty,
  type EntitySchema,
  type Platform,
  type Type,
} from '@mikro-orm/core';
import type Sqlite from 'better-sqlite3';
import type { Database } from '../database.ts';
import { pathOf, toJsonObject, valueAt } from '../entities/embedded-objects.ts';
import { keyProperty, storedProperties } from '../entities/stored-properties.ts';
import type { RowWriter } from './row-writer.ts';

/** Inserts touch random pages of the indexes. With the default cache of 16 MiB, most of the time is spent on I/O. */
const cacheKib = 131_072;

/**
 * Writes to SQLite with one prepared statement per table. The ORM prepares a large statement per batch, whose memory the
 * garbage collector does not see.
 */
export async function openSqliteRowWriter(database: Database): Promise<RowWriter> {
  // The cast: on SQLite, the native client is a better-sqlite3 database.
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
      database.runExclusively(async () => {
        const cacheSize = Number(sqlite.pragma('cache_size', { simple: true }));
        sqlite.pragma(`cache_size = ${-cacheKib}`);
        sqlite.exec('begin immediate');
        try {
          for (const { entity, rows } of all) {
            const insert = insertOf(entity);
            for (const row of rows) insert(row);
            // SQLite blocks the event loop: this handles signals.
            await setImmediate();
          }
          sqlite.exec('commit');
        } catch (error) {
          // SQLite rolls back by itself after some errors, for example a full disk.
          if (sqlite.inTransaction) sqlite.exec('rollback');
          throw isDuplicate(error) ? new UniqueConstraintViolationException(error) : error;
        } finally {
          sqlite.pragma(`cache_size = ${cacheSize}`);
        }
      }),
  };
}

function insertInto({ orm }: Database, sqlite: Sqlite.Database, entity: EntitySchema): (row: object) => void {
  const meta = orm.getMetadata().get(entity.meta.class);
  const platform = orm.em.getPlatform();
  const columns = storedProperties(meta).flatMap((property) => {
    const path = pathOf(meta, property);
    const { length } = property.fieldNames;
    return property.fieldNames.map((column, index) => ({
      column,
      stored: (row: object) => toStore(valueIn(valueAt(row, path), length, index), property, index, platform),
    }));
  });
  const names = columns.map(({ column }) => `"${column}"`).join();
  const statement = sqlite.prepare(
    `insert into "${meta.tableName}" (${names}) values (${columns.map(() => '?').join()})`,
  );
  return (row) => {
    statement.run(columns.map((column) => column.stored(row)));
  };
}

/** Returns the value of one column. A reference to a key of several columns is an array of their values. */
const valueIn = (value: unknown, columns: number, index: number): unknown =>
  columns > 1 && Array.isArray(value) ? value[index] : value;

function toStore(value: unknown, property: EntityProperty, index: number, platform: Platform): unknown {
  // The cast: `customType` is missing for most properties, which MikroORM's type does not show.
  const type = keyProperty(property, index).customType as Type<unknown> | undefined;
  if (!type) return toSqlite(value);
  const plain = property.object ? toJsonObject(value, property, platform) : value;
  return toSqlite(type.convertToDatabaseValue(plain, platform));
}

/** Converts a value as MikroORM does: SQLite has no types for times and booleans. */
function toSqlite(value: unknown): unknown {
  if (typeof value === 'string' || value === null) return value;
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

const isDuplicate = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY');
