import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { standardSql } from '@latchkey/db/sql';
import { UserImportError } from '../user-import-error.ts';
import { fetchSize, groupByTable, selectStatement } from './select-statement.ts';
import type { SourceDatabase } from './source-database.ts';

export function openSourceSqlite(path: string): SourceDatabase {
  const location = requireFile(path);
  const sqlite = new Sqlite(location, { readonly: true, fileMustExist: true });
  const values = (sql: string) => sqlite.prepare(sql).raw();

  return {
    location,

    tables: async () =>
      // The cast: with `raw`, rows are arrays.
      groupByTable(
        values(
          "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c where m.type in ('table', 'view')",
        ).all() as unknown[][],
      ),

    count: async (table) => {
      const [count] = values(`select count(*) from ${standardSql.name(table)}`).get() as unknown[];
      return Number(count);
    },

    async *rows(selection) {
      let batch: unknown[][] = [];
      for (const row of values(selectStatement(selection, standardSql)).iterate() as Iterable<unknown[]>) {
        batch.push(row);
        if (batch.length < fetchSize) continue;
        yield batch;
        batch = [];
        // SQLite blocks the event loop: this handles signals.
        await setImmediate();
      }
      yield batch;
    },

    close: async () => void sqlite.close(),
  };
}

/** SQLAlchemy writes three slashes before a relative path, and four before an absolute path. */
function requireFile(path: string): string {
  const plain = path.replace(/^\/\/(?=\/)/, '');
  const found = [plain, plain.replace(/^\//, '')].find((candidate) => existsSync(candidate));
  if (found === undefined)
    throw new UserImportError('source_database', `There is no file ${resolve(plain)}.`);
  if (statSync(found).isDirectory())
    throw new UserImportError('source_database', `${resolve(found)} is a folder.`);
  return resolve(found);
}
