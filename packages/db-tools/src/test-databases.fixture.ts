import type { EntityProperty } from '@mikro-orm/core';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { writeTables } from './copy/table-data.ts';
import { tablesOf } from './copy/tables.ts';
import type { Row, Value } from './copy/row-values.ts';
import type { Database, Engine } from '@latchkey/db';
import { mysqlOptions, parseServerUrl, postgresqlOptions } from '@latchkey/db/connection';
import { storedProperties } from '@latchkey/db/sql';
import { temporaryDatabase, testServers } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import { withDatabaseName } from './backup/server-url.ts';

/** An address of a database that is made for a test, and the means to take it away again. */
export type TestDatabase = { url: string; remove(): Promise<void> };

const servers = testServers();

/** The engines of which there is one to be tested with: SQLite always, and the servers that answer. */
export const answering: readonly Engine[] = [
  'sqlite',
  ...(await filterAsync(['postgresql', 'mysql'] as const, (engine) => isAnswering(engine))),
];

/** For the name of a test that is skipped. */
export const why = (...needed: Engine[]): string => {
  const missing = needed.filter((engine) => !answering.includes(engine));
  return missing.length === 0 ? '' : ` (skipped: no ${missing.join(' and ')} answers)`;
};

/** An empty database of its own for a test. On a server, what is called after it goes too. */
export async function createTestDatabase(engine: Engine): Promise<TestDatabase> {
  if (engine === 'sqlite') return temporaryDatabase('sqlite');
  // Short: what a restore puts beside a database is called by its first thirty characters.
  const name = `latchkey_test_${randomBytes(6).toString('hex')}`;
  await onServer(engine, async (run) => {
    await run(
      `create database ${name}${engine === 'mysql' ? ' character set utf8mb4 collate utf8mb4_bin' : ''}`,
    );
  });
  return {
    url: withDatabaseName(servers[engine], name),
    remove: () =>
      onServer(engine, async (run) => {
        for (const one of await databasesLike(run, engine, name)) {
          await run(`drop database if exists ${one}${engine === 'postgresql' ? ' with (force)' : ''}`);
        }
      }),
  };
}

/** The databases on the server whose names begin with that of a test's: itself, and what was put beside it. */
export async function databasesOf(engine: 'postgresql' | 'mysql', { url }: TestDatabase): Promise<string[]> {
  const name = new URL(url).pathname.slice(1);
  let names: string[] = [];
  await onServer(engine, async (run) => {
    names = await databasesLike(run, engine, name);
  });
  return names.toSorted();
}

type Run = (sql: string) => Promise<Record<string, unknown>[]>;

/** Runs statements on a server, in no test's database. */
export async function onServer(
  engine: 'postgresql' | 'mysql',
  work: (run: Run) => Promise<void>,
  name = engine === 'postgresql' ? 'postgres' : '',
): Promise<void> {
  const uri = withDatabaseName(servers[engine], name);
  if (engine === 'postgresql') {
    const client = new pg.Client(postgresqlOptions(parseServerUrl(uri)));
    await client.connect();
    try {
      await work(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
    } finally {
      await client.end();
    }
    return;
  }
  const connection = await createConnection(mysqlOptions(parseServerUrl(uri)));
  try {
    // The cast: what is not a select has no rows, and nobody looks at them.
    await work(async (sql) => (await connection.query(sql))[0] as Record<string, unknown>[]);
  } finally {
    await connection.end();
  }
}

async function databasesLike(run: Run, engine: Engine, name: string): Promise<string[]> {
  const rows = await run(
    engine === 'postgresql'
      ? `select datname as name from pg_database where datname like '${name}%'`
      : `select schema_name as name from information_schema.schemata where schema_name like '${name}%'`,
  );
  return rows.map((row) => String(row['name']));
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
