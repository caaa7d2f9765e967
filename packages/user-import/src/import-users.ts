import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { type Database, identityKey } from '@latchkey/db';
import { openingError } from '@latchkey/db/connection';
import type { ImportRow, RowProblem } from './import-row.ts';
import { makeUsernames } from './make-usernames.ts';
import { matchUsers } from './match-users.ts';
import { openUserTable } from './open-user-table.ts';
import { stageUsers, type StagedCounts, type StagedUser, type StagedUsers } from './staged-users.ts';
import type { UserRow, UserTable } from './user-table.ts';

export type ImportOptions = {
  /** What a row is called in messages. */
  unit: 'line' | 'row';
  /** Is told how many have been compared with those in the database. */
  onCompared?: (compared: number) => void;
};

/** What an import would do, and the means to do it. */
export type PlannedImport = {
  counts: StagedCounts;
  /** What is wrong with the bad rows, in their order. */
  problems(): Iterable<RowProblem>;
  /**
   * Adds the new users, all of them or none; the bad rows are left out.
   * @param onWritten is told how many have been written
   * @returns how many that were
   * @throws ImportError when somebody has taken a name or an address since it was planned
   */
  write(onWritten?: (written: number) => void): Promise<number>;
  close(): void;
};

/** Nothing was written. */
export class ImportError extends Error {
  readonly reason = 'taken_meanwhile';
}

/**
 * Reads all rows and finds out what is to be done with them. Writes nothing to the database. Memory does not grow with
 * the rows; the disk for temporary files holds them until the import is closed.
 */
export async function planImport(
  database: Database,
  rows: AsyncIterable<readonly ImportRow[]>,
  { unit, onCompared = () => undefined }: ImportOptions,
): Promise<PlannedImport> {
  const table = await openUserTable(database);
  const staged = stageUsers(unit);
  try {
    for await (const some of rows) staged.add(some);
    await matchUsers(staged, table, onCompared);
    for (const { line, who, other } of staged.namesLikeAddresses()) {
      staged.setAside({ line, who, problem: `the user name is the e-mail address of ${unit} ${other}` });
    }
    await makeUsernames(staged, table);
  } catch (error) {
    staged.close();
    throw error;
  }

  return {
    counts: staged.counts(),
    problems: () => staged.problems(),
    write: (onWritten = () => undefined) => write(database, table, staged, onWritten),
    close: () => {
      staged.close();
    },
  };
}

async function write(
  { place }: Database,
  table: UserTable,
  staged: StagedUsers,
  onWritten: (written: number) => void,
): Promise<number> {
  let written = 0;
  try {
    await table.insertAll(rowsOf(staged), (count) => {
      onWritten((written = count));
    });
    return written;
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw openingError(error, place);
    throw new ImportError(
      'Somebody has taken one of the names or addresses in the meantime. Nothing was written: run it again.',
      { cause: error },
    );
  }
}

function* rowsOf(staged: StagedUsers): Generator<UserRow[]> {
  for (const some of staged.newUsers()) yield some.map(toRow);
}

function toRow({ line, usernameKey, ...user }: StagedUser): UserRow {
  if (usernameKey === null) throw new Error(`Row ${line} has no user name yet.`);
  const pendingEmailKey = user.pendingEmail && identityKey(user.pendingEmail);
  return { ...user, id: user.id ?? timeOrderedUuid(), usernameKey, pendingEmailKey };
}
