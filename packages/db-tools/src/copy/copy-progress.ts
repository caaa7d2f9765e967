import type { Database } from '@latchkey/db';
import { runSql, copySourceRow, copyProgressTable, isMissingTable } from '@latchkey/db/sql';
import type { Row } from './row-values.ts';
import type { ProgressStatement } from './table-access.ts';

/** The progress of one table. */
export type TableProgress = { lastKey: Row | null; rows: number; isDone: boolean };

/** The progress of an interrupted copy. */
export type CopyState = { source: string; tables: Map<string, TableProgress> };

/** Stores the progress of a copy in the target. Its table is not an entity, because it is dropped at the end. */
export type CopyProgress = {
  /** Null when there is no unfinished copy. */
  read(): Promise<CopyState | null>;
  begin(source: string): Promise<void>;
  /** The statements that store the progress of a table, to run in the transaction of its rows. */
  statements(table: string, progress: TableProgress): ProgressStatement[];
  end(): Promise<void>;
};

export function openCopyProgress(database: Database): CopyProgress {
  const run = (sql: string, values?: unknown[]) => runSql(database, sql, values);

  return {
    async read() {
      const rows = await run(`select name, last_key, copied, is_done from ${copyProgressTable}`).catch(
        nullIfMissing,
      );
      if (!rows) return null;
      const source = rows.find((row) => row['name'] === copySourceRow);
      // A process that ended before it inserted this row has copied nothing.
      if (!source) return null;
      return {
        source: String(source['last_key']),
        tables: new Map(rows.map((row) => [String(row['name']), parseProgress(row)])),
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

    statements: (table, { lastKey, rows, isDone }) => [
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

function parseProgress(row: Record<string, unknown>): TableProgress {
  const key = row['last_key'];
  return {
    // The cast: `statements` wrote it.
    lastKey: typeof key === 'string' && row['name'] !== copySourceRow ? (JSON.parse(key) as Row) : null,
    rows: Number(row['copied']),
    isDone: Number(row['is_done']) === 1,
  };
}

/** Handles a missing table, and rethrows other errors. */
function nullIfMissing(error: unknown): null {
  if (isMissingTable(error)) return null;
  throw error;
}
