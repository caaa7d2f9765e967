import type { ImportRow } from '../import-row.ts';
import type { RowProblem } from '../row-problem.ts';
import type { UserColumn } from '../user-columns.ts';
import { countStagedUsers } from './count-staged-users.ts';
import { createStagingTables } from './create-staging-tables.ts';
import { prepareInserts } from './prepare-inserts.ts';
import { readKeys, readKeysWithoutUsername, readNewUsers } from './read-staged-users.ts';
import { prepareUsernames, type StagedUsernames } from './prepare-usernames.ts';
import type { StagedCounts, StagedKeys, StagedUser } from './staged-user.ts';

/** The users of an import in a temporary database, which compares and counts them, since they may exceed the memory. */
export type StagingTable = StagedUsernames & {
  /** Adds rows. Rejects bad rows and those with the user name, e-mail address or id of an earlier one. */
  add(rows: readonly ImportRow[]): void;
  /** Removes a user, and adds the problem. */
  reject(problem: RowProblem): void;
  markExisting(line: number, match: { hasOtherEmail: boolean }): void;
  /** Reads the users who are not marked as existing, in batches. */
  readKeys(): Generator<StagedKeys[]>;
  /** Those of them without a user name. */
  readKeysWithoutUsername(): Generator<StagedKeys[]>;
  readNewUsers(): Generator<StagedUser[]>;
  count(): StagedCounts;
  /** In the order of the rows. */
  readProblems(): Generator<RowProblem>;
  close(): void;
};

/**
 * Opens an empty staging table.
 * @param unit what a row of the source is called in messages: `line` or `row`
 * @param userColumns the columns of `User`
 */
export function openStagingTable(unit: string, userColumns: readonly UserColumn[]): StagingTable {
  const sqlite = createStagingTables();
  const { insertRow, reject } = prepareInserts(sqlite, unit, userColumns);
  const markExisting = sqlite.prepare('update users set is_existing = 1, has_other_email = ? where line = ?');
  return {
    add: (rows) => {
      for (const row of rows) insertRow(row);
    },
    reject,
    markExisting: (line, { hasOtherEmail }) => void markExisting.run(Number(hasOtherEmail), line),
    readKeys: () => readKeys(sqlite),
    readKeysWithoutUsername: () => readKeysWithoutUsername(sqlite),
    ...prepareUsernames(sqlite),
    readNewUsers: () => readNewUsers(sqlite, userColumns),
    count: () => countStagedUsers(sqlite),
    *readProblems() {
      yield* sqlite
        .prepare<[], RowProblem>('select line, who, problem from problems order by line')
        .iterate();
    },
    close: () => void sqlite.close(),
  };
}
