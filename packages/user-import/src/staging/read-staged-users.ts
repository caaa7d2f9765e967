import type Sqlite from 'better-sqlite3';
import type { UserColumn } from '../user-columns.ts';
import type { StagedKeys, StagedUser } from './staged-user.ts';
import { decodeProperties } from './user-properties.ts';

const pageSize = 500;

const keyColumns = 'line, id, username, username_key as "usernameKey", email_key as "emailKey"';

/** Reads the keys of the users who are not marked as existing, in batches. */
export const readKeys = (sqlite: Sqlite.Database): Generator<StagedKeys[]> =>
  readPages<StagedKeys>(sqlite, keyColumns, 'true');

/** Those of users without a user name. */
export const readKeysWithoutUsername = (sqlite: Sqlite.Database): Generator<StagedKeys[]> =>
  readPages<StagedKeys>(sqlite, keyColumns, 'username_key is null');

/** Reads the users who are not marked as existing, in batches. */
export function* readNewUsers(
  sqlite: Sqlite.Database,
  userColumns: readonly UserColumn[],
): Generator<StagedUser[]> {
  // This reads each row once, in order, so the target database has more use for the memory.
  sqlite.pragma('cache_size = -2048');
  sqlite.pragma('shrink_memory');
  const columns = `${keyColumns}, properties`;
  for (const page of readPages<StagedKeys & { properties: string }>(sqlite, columns, 'true')) {
    yield page.map(({ properties, ...keys }) => ({ ...decodeProperties(properties, userColumns), ...keys }));
  }
}

function* readPages<Row extends { line: number }>(
  sqlite: Sqlite.Database,
  columns: string,
  condition: string,
): Generator<Row[]> {
  const page = sqlite.prepare<[number], Row>(
    `select ${columns} from users where line > ? and is_existing = 0 and ${condition} order by line limit ${pageSize}`,
  );
  for (let after = 0; ;) {
    const rows = page.all(after);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.line;
  }
}
