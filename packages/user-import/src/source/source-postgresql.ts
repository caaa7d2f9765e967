import pg from 'pg';
import type { SourceDatabase } from './source-database.ts';
import { standardSql } from '@latchkey/db/sql';
import { byTable, fetchSize, selectRows } from './select-rows.ts';

const { builtins, getTypeParser } = pg.types;
// The cast: the types of pg know no parser in particular.
const bytes = getTypeParser(builtins.BYTEA) as (text: string) => unknown;

/** Times without a zone would be taken for this machine's. All is text as PostgreSQL writes it, except bytes. */
const asText: pg.CustomTypesConfig = {
  getTypeParser: (type) => (type === builtins.BYTEA ? bytes : (text: string) => text),
};

export async function openSourcePostgresql(url: string, place: string): Promise<SourceDatabase> {
  const client = new pg.Client({ connectionString: url, types: asText });
  // What breaks off is told by the question under way.
  client.on('error', () => undefined);
  await client.connect();
  const values = async (text: string) => (await client.query<unknown[]>({ text, rowMode: 'array' })).rows;
  // One state of the data from the first question to the last row.
  await values('begin isolation level repeatable read, read only');
  await values("set local time zone 'UTC'");

  return {
    place,

    tables: async () =>
      byTable(
        await values(
          'select table_name, column_name from information_schema.columns where table_schema = any(current_schemas(false)) order by table_name, ordinal_position',
        ),
      ),

    count: async (table) => Number((await values(`select count(*) from ${standardSql.name(table)}`))[0]?.[0]),

    async *rows(rows) {
      await values(`declare incoming no scroll cursor for ${selectRows(rows, standardSql)}`);
      for (;;) {
        const ready = await values(`fetch ${fetchSize} from incoming`);
        yield ready;
        if (ready.length < fetchSize) break;
      }
      await values('close incoming');
    },

    close: () => client.end(),
  };
}
