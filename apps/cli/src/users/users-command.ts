import { createUserStore, requireUsable, type Database, type UserRecord } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError, onDatabase, say, sayJson, withDatabase, type DatabaseOptions } from '../command.ts';

export type UsersOptions = DatabaseOptions & { json?: true };

/** A command of `pnpm users`: each works on a database, and answers with words or as JSON. */
export function usersCommand(program: Command, name: string, description: string): Command {
  return onDatabase(program.command(name).description(description)).option('--json', 'answer as JSON');
}

/** Opens the database that is meant, whose schema has to be ours. */
export function withUsers<T>(options: DatabaseOptions, work: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(options, async (database) => {
    await requireUsable(database);
    return work(database);
  });
}

/** @throws CommandError when there is no such user */
export async function findUser(database: Database, login: string): Promise<UserRecord> {
  const user = await createUserStore(database).findByLogin(login);
  if (!user) throw new CommandError(`There is no user ${login}. To see them all: pnpm users list`);
  return user;
}

/** Everything of a user but the hash. */
export function shown(user: UserRecord) {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    emailVerifiedAt: user.emailVerifiedAt,
    pendingEmail: user.pendingEmail,
    role: user.role,
    isActive: user.isActive,
    createdAt: user.createdAt,
    passwordChangedAt: user.passwordChangedAt,
    deleteAfter: user.deleteAfter,
  };
}

export const countedUsers = (count: number): string => `${count} ${count === 1 ? 'user' : 'users'}`;

/** What a command that changes somebody answers: a sentence, or how they are now. */
export async function sayChanged(
  database: Database,
  id: string,
  { json }: UsersOptions,
  sentence: (user: UserRecord) => string,
): Promise<void> {
  const user = await createUserStore(database).findById(id);
  if (!user) throw new CommandError('Somebody has deleted this user in the meantime.');
  if (json) sayJson(shown(user));
  else say(sentence(user));
}
