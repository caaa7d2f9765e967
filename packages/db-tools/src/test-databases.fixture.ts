import type { EntityProperty } from '@mikro-orm/core';
import { type Database, type Engine, openDatabase } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';
import {
  createDatabaseFromTemplate,
  findDatabasesByPrefix,
  onServer,
  createTemporaryDatabase,
} from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import type { Row, Value } from './copy/row-values.ts';
import { openTableWriter } from './copy/open-tables.ts';
import { listTables } from './copy/tables.ts';

export { onServer } from '@latchkey/db/testing';

/** A database for a test. */
export type TestDatabase = { url: string; remove(): Promise<void> };

/** The engines to test with: SQLite, and the servers that answer. */
export const availableEngines: readonly Engine[] = [
  'sqlite',
  ...(await filterAsync(['postgresql', 'mysql'] as const, (engine) => isAvailable(engine))),
];

/** A note for the name of a test that is skipped because an engine is missing; else empty. */
export const skipNote = (...needed: Engine[]): string => {
  const missing = needed.filter((engine) => !availableEngines.includes(engine));
  return missing.length === 0 ? '' : ` (skipped: no ${missing.join(' and ')} answers)`;
};

/** An empty database for a test. */
export async function createTestDatabase(engine: Engine): Promise<TestDatabase> {
  const temporary = await createTemporaryDatabase(engine);
  if (engine === 'mysql') await setBinaryCollation(temporary.url);
  return temporary;
}

/** A database with the application's tables. @param rows per table */
export async function createFilledDatabase(engine: Engine, rows: number): Promise<TestDatabase> {
  // On SQLite, the template with rows is copied. On a server, only the template without rows is reused.
  if (engine === 'sqlite') return createDatabaseFromTemplate(templateOf(engine, rows), engine);
  const temporary = await createDatabaseFromTemplate(templateOf(engine, 0), engine);
  await withDatabase(temporary.url, (database) => fillTables(database, rows));
  return temporary;
}

const templateOf = (engine: Engine, rows: number) => ({
  name: `filled with ${rows}`,
  async prepare(url: string) {
    if (engine === 'mysql') await setBinaryCollation(url);
    await withDatabase(url, (database) => fillTables(database, rows));
  },
});

/** Sets the database's default collation to the binary one. */
async function setBinaryCollation(url: string): Promise<void> {
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

/** Lists a test database and those that a restore creates from it, whose names begin with its name. */
export function listDatabases(engine: 'postgresql' | 'mysql', { url }: TestDatabase): Promise<string[]> {
  return onServer(engine, (run) => findDatabasesByPrefix(run, engine, new URL(url).pathname.slice(1)));
}

function isAvailable(engine: 'postgresql' | 'mysql'): Promise<boolean> {
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
 * Creates the tables, and fills each with values that are difficult to copy: emoji, nulls, empty strings, milliseconds,
 * quotes and line breaks.
 * @param rows per table
 */
export async function fillTables(database: Database, rows: number): Promise<void> {
  await upgrade(database);
  const writer = await openTableWriter(database);
  try {
    for (const table of listTables(database)) {
      const properties = propertiesOf(database, table.name);
      for (let from = 0; from < rows; from += 1000) {
        const indexes = Array.from({ length: Math.min(1000, rows - from) }, (_none, index) => from + index);
        await writer.insert(
          table,
          indexes.map((index): Row =>
            table.columns.map(({ name, kind }) =>
              difficultValue(table.name, name, { kind, index, properties }),
            ),
          ),
        );
      }
    }
  } finally {
    await writer.close();
  }
}

type Properties = ReadonlyMap<string, EntityProperty>;

/** Returns the properties of an entity by column name. */
function propertiesOf({ orm }: Database, table: string): Properties {
  const all = [...orm.getMetadata().getAll().values()].filter(({ tableName }) => tableName === table);
  return new Map(all.flatMap(storedProperties).map((property) => [property.fieldNames[0] ?? '', property]));
}

function difficultValue(
  table: string,
  column: string,
  { kind, index, properties }: { kind: string; index: number; properties: Properties },
): Value {
  if (column === 'id') return idOf(table, index);
  if (column === 'user_id') return idOf('users', index);
  if (column === 'browser_id')
    return table === 'sessions' && index % 2 ? null : idOf('remembered_browsers', index);
  // The expiry of a session is in whole seconds, as on SQLite.
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
