import type pg from 'pg';
import type { Database } from '@latchkey/db';
import { standardSql } from '@latchkey/db/sql';
import { readPages, pageQuery, toDriverKey } from './pages.ts';
import type { TableReader, TableWriter } from './table-access.ts';
import type { Table } from './tables.ts';

const { name } = standardSql;

/** Returns all values as PostgreSQL's text. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** Reads a snapshot in a transaction of isolation level REPEATABLE READ. */
export async function readPostgresql(database: Database): Promise<TableReader> {
  const client = await acquireConnection(database);
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
      readPages(table, after, (last, limit) =>
        values(
          pageQuery(table, last !== null, limit, { name, placeholder: (index) => `$${index + 1}` }),
          last ? toDriverKey(table, last) : [],
        ),
      ),

    close: () => releaseConnection(client),
  };
}

/** Writes in transactions on one connection. Rows have to be inserted after the rows that they reference. */
export async function writePostgresql(database: Database): Promise<TableWriter> {
  const client = await acquireConnection(database);
  const statements = new Map<string, string>();
  const statementFor = async (table: Table) => {
    const statement = statements.get(table.name) ?? insertInto(table, await readColumnTypes(client, table));
    statements.set(table.name, statement);
    return statement;
  };

  return {
    async insert(table, rows, statements = []) {
      const insert = await statementFor(table);
      const columns = table.columns.map((column, index) =>
        rows.map((row) => toText(column.write(row[index] ?? null))),
      );
      await client.query('begin');
      try {
        if (rows.length > 0) await client.query(insert, columns);
        for (const { sql, values } of statements) await client.query(numberPlaceholders(sql), [...values]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    },

    // Sequences are not updated by inserted keys.
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

/** Takes a connection from the pool. It has to be released. */
export async function acquireConnection(database: Database): Promise<pg.PoolClient> {
  // The cast: on PostgreSQL, the native client is pg's pool.
  const client = await ((await database.nativeClient()) as pg.Pool).connect();
  // Without a listener, a lost connection would end the process. The running query reports it.
  client.on('error', () => undefined);
  return client;
}

/** Ends a read-only transaction and releases the connection. Closes a connection that no longer works. */
export async function releaseConnection(client: pg.PoolClient): Promise<void> {
  const isUsable = await client.query('rollback').then(
    () => true,
    () => false,
  );
  client.release(!isUsable);
}

/** Uses one array parameter per column, independent of the number of rows. */
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

/** Reads the types of columns without their lengths, because a cast to a length would truncate text. */
async function readColumnTypes(client: pg.PoolClient, table: Table): Promise<Map<string, string>> {
  const { rows } = await client.query<{ column: string; type: string }>(
    'select attname as column, format_type(atttypid, null) as type from pg_attribute ' +
      'where attrelid = $1::regclass and attnum > 0 and not attisdropped',
    [name(table.name)],
  );
  return new Map(rows.map(({ column, type }) => [column, type]));
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Replaces each `?` by PostgreSQL's `$1`, `$2`, and so on. */
const numberPlaceholders = (sql: string): string => {
  let index = 0;
  return sql.replaceAll('?', () => `$${++index}`);
};
