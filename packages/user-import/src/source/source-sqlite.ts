import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { SourceDatabaseError } from './source-database-error.ts';
import type { SourceDatabase } from './source-database.ts';
import { standardSql } from '@latchkey/db/sql';
import { byTable, fetchSize, selectRows } from './select-rows.ts';

export function openSourceSqlite(path: string): SourceDatabase {
  const place = existing(path);
  const sqlite = new Sqlite(place, { readonly: true, fileMustExist: true });
  const values = (sql: string) => sqlite.prepare(sql).raw();

  return {
    place,

    tables: async () =>
      // The cast: `raw` makes arrays of rows.
      byTable(
        values(
          "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c where m.type in ('table', 'view')",
        ).all() as unknown[][],
      ),

    count: async (table) => {
      const [count] = values(`select count(*) from ${standardSql.name(table)}`).get() as unknown[];
      return Number(count);
    },

    async *rows(rows) {
      let ready: unknown[][] = [];
      for (const row of values(selectRows(rows, standardSql)).iterate() as Iterable<unknown[]>) {
        ready.push(row);
        if (ready.length < fetchSize) continue;
        yield ready;
        ready = [];
        // SQLite reads without letting anything else happen: signals come through here.
        await setImmediate();
      }
      yield ready;
    },

    close: async () => void sqlite.close(),
  };
}

/** SQLAlchemy writes three slashes before a relative path, and four before an absolute one. */
function existing(path: string): string {
  const plain = path.replace(/^\/\/(?=\/)/, '');
  const found = [plain, plain.replace(/^\//, '')].find((one) => existsSync(one));
  if (found === undefined) throw new SourceDatabaseError(`There is no file ${resolve(plain)}.`);
  if (statSync(found).isDirectory()) throw new SourceDatabaseError(`${resolve(found)} is a folder.`);
  return resolve(found);
}
