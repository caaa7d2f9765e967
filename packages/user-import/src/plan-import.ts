import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { type Database, identityKey } from '@latchkey/db';
import { explainOpenError } from '@latchkey/db/connection';
import { assignUsernames } from './assign-usernames.ts';
import type { ImportRow } from './import-row.ts';
import { matchUsers } from './match-users.ts';
import { openUserTable } from './open-user-table.ts';
import type { RowProblem } from './row-problem.ts';
import { openStagingTable, type StagedCounts, type StagedUser, type StagingTable } from './staging-table.ts';
import { UserImportError } from './user-import-error.ts';
import type { UserRow, UserTable } from './user-table.ts';

export type ImportOptions = {
  /** What a row of the source is called in messages. */
  unit: 'line' | 'row';
  /** Called with the number of users that have been compared with those in the database. */
  onCompared?: (compared: number) => void;
};

/** An import that has been compared with the database and not written yet. */
export type PlannedImport = {
  counts: StagedCounts;
  /** The problems of the bad rows, in the order of the rows. */
  problems(): Iterable<RowProblem>;
  /**
   * Inserts the new users in one transaction, without the bad rows.
   * @param onWritten called with the number of users that have been written
   * @returns the number of users that were written
   * @throws UserImportError `identity_taken`
   */
  write(onWritten?: (written: number) => void): Promise<number>;
  close(): void;
};

/**
 * Reads all rows and compares them with each other and with the database, without writing to it. Rows are kept in a
 * temporary file until the import is closed, so memory does not grow with their number.
 */
export async function planImport(
  database: Database,
  rows: AsyncIterable<readonly ImportRow[]>,
  { unit, onCompared = () => undefined }: ImportOptions,
): Promise<PlannedImport> {
  const table = await openUserTable(database);
  const staging = openStagingTable(unit);
  try {
    for await (const batch of rows) staging.add(batch);
    await matchUsers(staging, table, onCompared);
    for (const { line, who, other } of staging.usernamesEqualToEmails()) {
      staging.reject({ line, who, problem: `user name is the e-mail address of ${unit} ${other}` });
    }
    await assignUsernames(staging, table);
  } catch (error) {
    staging.close();
    throw error;
  }

  return {
    counts: staging.counts(),
    problems: () => staging.problems(),
    write: (onWritten = () => undefined) => write(database, table, staging, onWritten),
    close: () => {
      staging.close();
    },
  };
}

async function write(
  { location }: Database,
  table: UserTable,
  staging: StagingTable,
  onWritten: (written: number) => void,
): Promise<number> {
  let written = 0;
  try {
    await table.insertAll(toRows(staging), (count) => {
      onWritten((written = count));
    });
    return written;
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw explainOpenError(error, location);
    throw new UserImportError(
      'identity_taken',
      'Nothing was written: a user name or e-mail address was taken while the import was running. Run it again.',
      { cause: error },
    );
  }
}

function* toRows(staging: StagingTable): Generator<UserRow[]> {
  for (const batch of staging.newUsers()) yield batch.map(toRow);
}

function toRow({ line, usernameKey, ...user }: StagedUser): UserRow {
  if (usernameKey === null) throw new Error(`Row ${line} has no user name yet.`);
  const pendingEmailKey = user.pendingEmail && identityKey(user.pendingEmail);
  return { ...user, id: user.id ?? timeOrderedUuid(), usernameKey, pendingEmailKey };
}
