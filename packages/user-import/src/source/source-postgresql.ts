import pg from 'pg';
import type { SourceDatabase } from './source-database.ts';
import { standardSql } from '@latchkey/db/sql';
import { groupByTable, fetchSize, selectStatement } from './select-statement.ts';

const { builtins, getTypeParser } = pg.types;
// The cast: pg types the parser as any.
const bytes = getTypeParser(builtins.BYTEA) as (text: string) => unknown;

/** Returns all values as PostgreSQL's text, except bytes: pg would parse a time without a time zone as local time. */
const asText: pg.CustomTypesConfig = {
  getTypeParser: (type) => (type === builtins.BYTEA ? bytes : (text: string) => text),
};

export async function openSourcePostgresql(url: string, location: string): Promise<SourceDatabase> {
  const client = new pg.Client({ connectionString: url, types: asText });
  // A lost connection is reported by the query that is running.
  client.on('error', () => undefined);
  await client.connect();
  const values = async (text: string) => (await client.query<unknown[]>({ text, rowMode: 'array' })).rows;
  // All queries read the same snapshot.
  await values('begin isolation level repeatable read, read only');
  await values("set local time zone 'UTC'");

  return {
    location,

    tables: async () =>
      groupByTable(
        await values(
          'select table_name, column_name from information_schema.columns where table_schema = any(current_schemas(false)) order by table_name, ordinal_position',
        ),
      ),

    count: async (table) => Number((await values(`select count(*) from ${standardSql.name(table)}`))[0]?.[0]),

    async *rows(selection) {
      await values(`declare source_rows no scroll cursor for ${selectStatement(selection, standardSql)}`);
      for (;;) {
        const batch = await values(`fetch ${fetchSize} from source_rows`);
        yield batch;
        if (batch.length < fetchSize) break;
      }
      await values('close source_rows');
    },

    close: () => client.end(),
  };
}
