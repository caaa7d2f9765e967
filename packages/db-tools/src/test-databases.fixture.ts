import type { EntityProperty } from '@mikro-orm/core';
import { type Database, type Engine, openDatabase } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';
import { databaseFrom, databasesLike, onServer, temporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import type { Row, Value } from './copy/row-values.ts';
import { writeTables } from './copy/table-data.ts';
import { tablesOf } from './copy/tables.ts';

export { onServer } from '@latchkey/db/testing';

/** The URL of a database that was created for a test. */
export type TestDatabase = { url: string; remove(): Promise<void> };

/** SQLite, and the servers that answer. */
export const answering: readonly Engine[] = [
  'sqlite',
  ...(await filterAsync(['postgresql', 'mysql'] as const, (engine) => isAnswering(engine))),
];

/** For the name of a test that is skipped. */
export const why = (...needed: Engine[]): string => {
  const missing = needed.filter((engine) => !answering.includes(engine));
  return missing.length === 0 ? '' : ` (skipped: no ${missing.join(' and ')} answers)`;
};

/** An empty database for a test. */
export async function createTestDatabase(engine: Engine): Promise<TestDatabase> {
  const temporary = await temporaryDatabase(engine);
  if (engine === 'mysql') await compareBytes(temporary.url);
  return temporary;
}

/** A database with the application's tables, and so many rows in each. */
export async function createFilledDatabase(engine: Engine, rows: number): Promise<TestDatabase> {
  // A file with rows can be copied. On a server, tables with other rows than before would be created again.
  if (engine === 'sqlite') return databaseFrom(templateOf(engine, rows), engine);
  const temporary = await databaseFrom(templateOf(engine, 0), engine);
  await withDatabase(temporary.url, (database) => fill(database, rows));
  return temporary;
}

const templateOf = (engine: Engine, rows: number) => ({
  name: `filled with ${rows}`,
  async prepare(url: string) {
    if (engine === 'mysql') await compareBytes(url);
    await withDatabase(url, (database) => fill(database, rows));
  },
});

async function compareBytes(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await onServer('mysql', (run) => run(`alter database ${name} character set utf8mb4 collate utf8mb4_bin`));
}

async function withDatabase(url: string, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase(url);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

/** The databases on the server whose names begin with that of a test's: itself, and what a restore creates. */
export function databasesOf(engine: 'postgresql' | 'mysql', { url }: TestDatabase): Promise<string[]> {
  return onServer(engine, (run) => databasesLike(run, engine, new URL(url).pathname.slice(1)));
}

function isAnswering(engine: 'postgresql' | 'mysql'): Promise<boolean> {
  return onServer(engine, async () => undefined).then(
    () => true,
    () => false,
  );
}

async function filterAsync<T>(all: readonly T[], test: (one: T) => Promise<boolean>): Promise<T[]> {
  const answers = await Promise.all(all.map(test));
  return all.filter((_one, index) => answers[index]);
}

/**
 * Makes the tables, and fills each with rows that are hard to carry: emoji, all kinds of nothing, times to the
 * millisecond, texts with quotes and line ends.
 * @param rows how many a table gets
 */
export async function fill(database: Database, rows: number): Promise<void> {
  await upgrade(database);
  const writer = await writeTables(database);
  try {
    for (const table of tablesOf(database)) {
      const properties = propertiesOf(database, table.name);
      for (let from = 0; from < rows; from += 1000) {
        const indexes = Array.from({ length: Math.min(1000, rows - from) }, (_none, index) => from + index);
        await writer.insert(
          table,
          indexes.map((index): Row =>
            table.columns.map(({ name, kind }) => hardValue(table.name, name, { kind, index, properties })),
          ),
        );
      }
    }
  } finally {
    await writer.close();
  }
}

type Properties = ReadonlyMap<string, EntityProperty>;

/** The properties of an entity, by the names of their columns. */
function propertiesOf({ orm }: Database, table: string): Properties {
  const all = [...orm.getMetadata().getAll().values()].filter(({ tableName }) => tableName === table);
  return new Map(all.flatMap(storedProperties).map((property) => [property.fieldNames[0] ?? '', property]));
}

function hardValue(
  table: string,
  column: string,
  { kind, index, properties }: { kind: string; index: number; properties: Properties },
): Value {
  if (column === 'id') return idOf(table, index);
  if (column === 'user_id') return idOf('users', index);
  if (column === 'browser_id')
    return table === 'sessions' && index % 2 ? null : idOf('remembered_browsers', index);
  // A session ends at a whole second (SQLite keeps no less).
  if (column === 'expires_at') return new Date(1_800_000_000_000 + index * 1000).toISOString();
  const { nullable: isNullable = false, length = 16 } = properties.get(column) ?? {};
  if (kind === 'time') return isNullable && index % 3 ? null : timeOf(index);
  if (kind === 'boolean') return index % 2 === 0;
  if (kind === 'number') return index - 3;
  if (isNullable && index % 3 === 1) return null;
  return `${texts[index % texts.length] ?? ''}${index}`.slice(0, Math.min(16, length));
}

const texts = ['😀👩‍👩‍👧', 'Ünïcödé', '"\'`\\', 'a\nb\r\tc', '%_?$1', 'İı', ' ', '{"a":1}'];

const timeOf = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 86_399_999).toISOString();

const idOf = (table: string, index: number) => `${table}-${String(index).padStart(9, '0')}`.slice(-36);
