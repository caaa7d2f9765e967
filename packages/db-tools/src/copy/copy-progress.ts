import type { Database } from '@latchkey/db';
import { runSql, copySourceRow, copyProgressTable, isMissingTable } from '@latchkey/db/sql';
import type { Row } from './row-values.ts';
import type { Note } from './table-access.ts';

/** How far a table has come. */
export type TableProgress = { lastKey: Row | null; rows: number; isDone: boolean };

/** How far a copy has come. */
export type CopyState = { source: string; tables: Map<string, TableProgress> };

/** How far a copy has come, in the target itself, as long as it is under way. It is no entity: it is gone at the end. */
export type CopyProgress = {
  /** Null when no copy is under way. */
  read(): Promise<CopyState | null>;
  begin(source: string): Promise<void>;
  /** What notes down how far a table has come, together with its rows. */
  notes(table: string, progress: TableProgress): Note[];
  end(): Promise<void>;
};

export function copyProgress(database: Database): CopyProgress {
  const run = (sql: string, values?: unknown[]) => runSql(database, sql, values);

  return {
    async read() {
      const rows = await run(`select name, last_key, copied, is_done from ${copyProgressTable}`).catch(
        noTable,
      );
      if (!rows) return null;
      const source = rows.find((row) => row['name'] === copySourceRow);
      // A process that ended before this was there has copied nothing.
      if (!source) return null;
      return {
        source: String(source['last_key']),
        tables: new Map(rows.map((row) => [String(row['name']), progressOf(row)])),
      };
    },

    async begin(source) {
      await run(
        `create table if not exists ${copyProgressTable} (name varchar(255) not null primary key, last_key text null, ` +
          `copied bigint not null, is_done integer not null)${database.engine === 'mysql' ? utf8 : ''}`,
      );
      await run(`insert into ${copyProgressTable} (name, last_key, copied, is_done) values (?, ?, 0, 0)`, [
        copySourceRow,
        source,
      ]);
    },

    notes: (table, { lastKey, rows, isDone }) => [
      { sql: `delete from ${copyProgressTable} where name = ?`, values: [table] },
      {
        sql: `insert into ${copyProgressTable} (name, last_key, copied, is_done) values (?, ?, ?, ?)`,
        values: [table, lastKey && JSON.stringify(lastKey), rows, Number(isDone)],
      },
    ],

    async end() {
      await run(`drop table ${copyProgressTable}`);
    },
  };
}

const utf8 = ' default character set utf8mb4 collate utf8mb4_bin engine = InnoDB';

function progressOf(row: Record<string, unknown>): TableProgress {
  const key = row['last_key'];
  return {
    // The cast: it is what `notes` wrote.
    lastKey: typeof key === 'string' && row['name'] !== copySourceRow ? (JSON.parse(key) as Row) : null,
    rows: Number(row['copied']),
    isDone: Number(row['is_done']) === 1,
  };
}

/** @throws what is the case otherwise */
function noTable(error: unknown): null {
  if (isMissingTable(error)) return null;
  throw error;
}
