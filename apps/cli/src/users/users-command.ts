import { createUserStore, type Database, type UserRecord, createVisibleUserMapper } from '@latchkey/db';
import { requireUsable } from '@latchkey/migrator/require-usable';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { addDatabaseOption, type DatabaseOptions, type Opening, withDatabase } from '../database-command.ts';

export type UsersOptions = DatabaseOptions & { json?: true };

/** The options of every subcommand of `pnpm users`. */
export function addUsersOptions(command: Command): Command {
  return addDatabaseOption(command).option('--json', 'print JSON');
}

type Change = (database: Database, user: UserRecord, options: UsersOptions) => Promise<void>;

/** Defines a subcommand that changes one user, and has no other argument. */
export function changeUser(command: Command, change: Change): void {
  addUsersOptions(command)
    .argument('<user>', 'user name or e-mail address')
    .action(async (login: string, options: UsersOptions) => {
      await withUsers(options, async (database) =>
        change(database, await findUser(database, login), options),
      );
    });
}

/** Opens the database of the command. @throws DatabaseError when its schema is not current */
export function withUsers<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  return withDatabase(
    options,
    async (database) => {
      await requireUsable(database);
      return work(database);
    },
    opening,
  );
}

/** @throws CommandError when there is no such user */
export async function findUser(database: Database, login: string): Promise<UserRecord> {
  const users = createUserStore(database);
  const user = (await users.findByLogin(login)) ?? (await users.findByWaitingEmail(login, 1))[0];
  if (!user) throw new CommandError(`There is no user ${login}. To see them all: pnpm users list`);
  return user;
}

export const countedUsers = (count: number): string => `${count} ${count === 1 ? 'user' : 'users'}`;

/** Prints the result of a change: a sentence, or with `--json` the user as they are now. */
export async function printChanged(
  database: Database,
  id: string,
  { json }: UsersOptions,
  sentence: (user: UserRecord) => string,
): Promise<void> {
  const user = await createUserStore(database).findById(id);
  if (!user) throw new CommandError('This user was deleted in the meantime.');
  if (json) printJson(createVisibleUserMapper(database)(user));
  else printLine(sentence(user));
}
