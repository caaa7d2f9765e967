import type pg from 'pg';
import type { Database } from '@latchkey/db';
import { standardSql } from '@latchkey/db/sql';
import { pagesOf, selectPage, storedKey } from './pages.ts';
import type { TableReader, TableWriter } from './table-access.ts';
import type { Table } from './tables.ts';

const { name } = standardSql;

/** Everything as PostgreSQL writes it. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

export async function readPostgresql(database: Database): Promise<TableReader> {
  const client = await connectionOf(database);
  const values = async (text: string, parameters: unknown[] = []) =>
    (await client.query<unknown[]>({ text, values: parameters, rowMode: 'array', types: asText })).rows;
  try {
    await values('begin isolation level repeatable read, read only');
    await values("set local time zone 'UTC'");
  } catch (error) {
    client.release(true);
    throw error;
  }

  return {
    count: async (table) => Number((await values(`select count(*) from ${name(table.name)}`))[0]?.[0]),

    pages: (table, after = null) =>
      pagesOf(table, after, (last, limit) =>
        values(
          selectPage(table, last !== null, limit, { name, placeholder: (index) => `$${index + 1}` }),
          last ? storedKey(table, last) : [],
        ),
      ),

    close: () => giveBack(client),
  };
}

export async function writePostgresql(database: Database): Promise<TableWriter> {
  const client = await connectionOf(database);
  const statements = new Map<string, string>();
  const statementFor = async (table: Table) => {
    const statement = statements.get(table.name) ?? insertInto(table, await typesOf(client, table));
    statements.set(table.name, statement);
    return statement;
  };

  return {
    async insert(table, rows, notes = []) {
      const insert = await statementFor(table);
      const columns = table.columns.map((column, index) =>
        rows.map((row) => textOf(column.write(row[index] ?? null))),
      );
      await client.query('begin');
      try {
        if (rows.length > 0) await client.query(insert, columns);
        for (const { sql, values } of notes) await client.query(numbered(sql), [...values]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    },

    /** A sequence knows nothing of keys that were not taken from it. */
    async finish(table) {
      const { rows } = await client.query<{ column: string; sequence: string | null }>(
        'select attname as column, pg_get_serial_sequence($1, attname) as sequence from pg_attribute ' +
          'where attrelid = $1::regclass and attnum > 0 and not attisdropped',
        [name(table.name)],
      );
      for (const { column, sequence } of rows) {
        if (sequence === null) continue;
        const largest = `(select max(${name(column)}) from ${name(table.name)})`;
        await client.query(`select setval($1, coalesce(${largest}, 1), ${largest} is not null)`, [sequence]);
      }
    },

    close: async () => {
      client.release();
    },
  };
}

/** A connection of its own out of the database's, which has to be given back. */
export async function connectionOf(database: Database): Promise<pg.PoolClient> {
  // The cast: MikroORM's client of PostgreSQL is pg's pool.
  const client = await ((await database.nativeClient()) as pg.Pool).connect();
  // What breaks off is told by the question under way.
  client.on('error', () => undefined);
  return client;
}

/** Ends the transaction that only read. What cannot be asked for that any more is thrown away, and its server has ended it. */
export async function giveBack(client: pg.PoolClient): Promise<void> {
  const isUsable = await client.query('rollback').then(
    () => true,
    () => false,
  );
  client.release(!isUsable);
}

/** One parameter for each column, however many rows there are. */
function insertInto(table: Table, types: ReadonlyMap<string, string>): string {
  const columns = table.columns.map((column) => name(column.name));
  const values = table.columns.map((column, index) => `v${index}::${types.get(column.name) ?? 'text'}`);
  const arrays = table.columns.map((_column, index) => `$${index + 1}::text[]`);
  const aliases = table.columns.map((_column, index) => `v${index}`);
  return (
    `insert into ${name(table.name)} (${columns.join()}) ` +
    `select ${values.join()} from unnest(${arrays.join()}) as given (${aliases.join()})`
  );
}

/** Without their lengths: a cast to a length would cut a text off in silence. */
async function typesOf(client: pg.PoolClient, table: Table): Promise<Map<string, string>> {
  const { rows } = await client.query<{ column: string; type: string }>(
    'select attname as column, format_type(atttypid, null) as type from pg_attribute ' +
      'where attrelid = $1::regclass and attnum > 0 and not attisdropped',
    [name(table.name)],
  );
  return new Map(rows.map(({ column, type }) => [column, type]));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `?` is what other engines say for `$1`. */
const numbered = (sql: string): string => {
  let index = 0;
  return sql.replaceAll('?', () => `$${++index}`);
};
