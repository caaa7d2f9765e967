import { usernameProblem } from '@latchkey/api/username';
import { createUserStore, type Database, type Role } from '@latchkey/db';
import { checkEmail } from '@latchkey/user-import';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import {
  hashNewPassword,
  refusePasswordArgument,
  addPasswordOptions,
  type PasswordOptions,
} from './new-password.ts';
import { printChanged, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type CreateOptions = UsersOptions & PasswordOptions & { email?: string; role: Role };

export function configure(command: Command): void {
  const defined = addUsersOptions(command)
    .argument('<username>', 'name to sign in with')
    .option('--email <address>', 'e-mail address')
    .addOption(new Option('--role <role>', 'role').choices(['user', 'admin']).default('user'));

  addPasswordOptions(defined).action(async (name: string, options: CreateOptions) => {
    refusePasswordArgument(options);
    const [username, email] = [name.trim(), options.email?.trim() ?? null];
    requireValid(username, email);
    await withUsers(options, async (database) => {
      await requireUnused(database, username, email);
      const passwordHash = await hashNewPassword(options, { username, email });
      const { role } = options;
      const user = await createUserStore(database).create({ username, email, passwordHash, role });
      await printChanged(database, user.id, options, () => `Added ${username}, ${role}.`);
    });
  });
}

function requireValid(username: string, email: string | null): void {
  const problem = usernameProblem(username);
  if (problem) throw new CommandError(`This user name is not valid. ${problem}`);
  const problemWithEmail = email === null ? null : checkEmail(email);
  if (problemWithEmail) throw new CommandError(`The e-mail address ${problemWithEmail}.`);
}

/** Called before the password prompt. */
async function requireUnused(database: Database, username: string, email: string | null): Promise<void> {
  const users = createUserStore(database);
  const named = await users.findByLogin(username);
  if (named) throw new CommandError(`The user name ${named.username} is already in use.`);
  if (await users.isConfusableUsername(username)) {
    throw new CommandError(`The user name ${username} looks like that of another user. Choose another one.`);
  }
  const holder = email === null ? null : await users.findByEmail(email);
  if (holder) throw new CommandError(`${email ?? ''} is already the e-mail address of ${holder.username}.`);
}
