import { DriverException, UniqueConstraintViolationException } from '@mikro-orm/core';
import { type Database, identityKey, User } from '@latchkey/db';
import { explainOpenError } from '@latchkey/db/connection';
import { openRowWriter, type RowOf, createRowCompleter, type Rows } from '@latchkey/db/sql';
import { assignUsernames } from './assign-usernames.ts';
import type { ImportRow } from './import-row.ts';
import { rejectMissingReferences } from './missing-references.ts';
import { createSkeletonAssigner, isConfusable } from './import-skeletons.ts';
import { matchUsers } from './match-users.ts';
import { openUserTable } from './open-user-table.ts';
import type { RowProblem } from './row-problem.ts';
import type { StagedCounts, StagedUser } from './staging/staged-user.ts';
import { openStagingTable, type StagingTable } from './staging/staging-table.ts';
import { userColumns } from './user-columns.ts';
import { UserImportError } from './user-import-error.ts';

export type ImportOptions = {
  /** What a row of the source is called in messages. */
  unit: 'line' | 'row';
  /** Called with the number of users that have been compared with those in the database. */
  onCompared?: (compared: number) => void;
};

/** An import that has been compared with the database and not written yet. */
export type PlannedImport = {
  counts: StagedCounts;
  /** The new user names that can be taken for others, because of letters of another script. They are imported. */
  confusableUsernames(): Iterable<string>;
  /** The problems of the bad rows, in the order of the rows. */
  problems(): Iterable<RowProblem>;
  /**
   * Inserts the new users in one transaction, without the bad rows.
   * @param onWritten called with the number of users that have been written
   * @returns the number of users that were written
   * @throws UserImportError `identity_taken`, `refused_value`
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
  const staging = openStagingTable(unit, userColumns(database));
  try {
    const rejectMissing = rejectMissingReferences(database);
    for await (const batch of rows) staging.add(await rejectMissing(batch));
    await matchUsers(staging, table, onCompared);
    for (const { line, who, other } of staging.findUsernamesEqualToEmails()) {
      staging.reject({ line, who, problem: `user name is the e-mail address of ${unit} ${other}` });
    }
    await assignUsernames(staging, table);
  } catch (error) {
    staging.close();
    throw error;
  }

  return {
    counts: staging.count(),
    *confusableUsernames() {
      for (const batch of staging.readNewUsers())
        for (const { username } of batch) if (isConfusable(username)) yield username;
    },
    problems: () => staging.readProblems(),
    write: (onWritten = () => undefined) => write(database, staging, onWritten),
    close: () => {
      staging.close();
    },
  };
}

async function write(
  database: Database,
  staging: StagingTable,
  onWritten: (written: number) => void,
): Promise<number> {
  const writer = await openRowWriter(database);
  const complete = createRowCompleter(database);
  const assignSkeleton = await createSkeletonAssigner(database);
  let written = 0;
  function* rows(): Generator<Rows> {
    for (const batch of staging.readNewUsers()) {
      yield {
        entity: User,
        rows: batch.map((user) =>
          complete(User, { ...toRow(user), usernameSkeleton: assignSkeleton(user.username) }),
        ),
      };
      onWritten((written += batch.length));
    }
  }

  try {
    await writer.insertAll(rows());
    return written;
  } catch (error) {
    throw explainWriteError(error, database.location);
  }
}

function explainWriteError(error: unknown, location: string): unknown {
  if (error instanceof UniqueConstraintViolationException) {
    return new UserImportError(
      'identity_taken',
      'Nothing was written: a user name or e-mail address was taken while the import was running, or a value of another ' +
        'unique column belongs to two users. Run it again, and if it fails again, check these columns.',
      { cause: error },
    );
  }
  const explained = explainOpenError(error, location);
  const code = explained instanceof Error && 'code' in explained ? String(explained.code) : '';
  // The driver's message can contain the row, with its password hash.
  if (!(explained instanceof DriverException) && !code.startsWith('SQLITE_CONSTRAINT')) return explained;
  return new UserImportError(
    'refused_value',
    `Nothing was written: the database refuses a value of a new user (${code}). Check the columns that were added to users.`,
    { cause: error },
  );
}

/** The row without the columns that are computed: the keys, and the id of a new user. */
function toRow({ line, usernameKey, emailKey, id, ...user }: StagedUser): Partial<RowOf<typeof User>> {
  if (usernameKey === null) throw new Error(`Row ${line} has no user name yet.`);
  return { ...user, ...toWaiting(user), ...(id !== null && { id }) };
}

/** A user with nothing but a pending address has it as their own, and it waits until it is verified. */
function toWaiting({ email, pendingEmail }: Pick<StagedUser, 'email' | 'pendingEmail'>) {
  if (email !== null || pendingEmail === null) return {};
  return { email: pendingEmail, waitingEmailKey: identityKey(pendingEmail), pendingEmail: null };
}
