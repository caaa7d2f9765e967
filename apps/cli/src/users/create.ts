import { createUserStore, identityKey, longestIdentityKey, type Database, type Role } from '@latchkey/db';
import { problemOfEmail, problemOfUsername } from '@latchkey/moving';
import { Option, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import {
  hashNewPassword,
  refusePasswordInWords,
  takesPassword,
  type PasswordOptions,
} from './new-password.ts';
import { writeChanged, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type CreateOptions = UsersOptions & PasswordOptions & { email?: string; role: Role };

export function configure(command: Command): void {
  const defined = addUsersOptions(command)
    .argument('<username>', 'what they sign in with')
    .option('--email <address>', 'their e-mail address')
    .addOption(new Option('--role <role>', 'what they may do').choices(['user', 'admin']).default('user'));

  takesPassword(defined).action(async (name: string, options: CreateOptions) => {
    refusePasswordInWords(options);
    const [username, email] = [name.trim(), options.email?.trim() ?? null];
    refuseUnfit(username, email);
    await withUsers(options, async (database) => {
      await refuseTaken(database, username, email);
      const passwordHash = await hashNewPassword(options, { username, email });
      const { role } = options;
      const user = await createUserStore(database).create({ username, email, passwordHash, role });
      await writeChanged(database, user.id, options, () => `Added ${username}, ${role}.`);
    });
  });
}

/** What may be moved in may be added, except for names that look like addresses. */
function refuseUnfit(username: string, email: string | null): void {
  const fits = (text: string) => identityKey(text) !== '' && identityKey(text).length <= longestIdentityKey;
  if (!fits(username) || username.includes('@')) {
    throw new CommandError('That cannot be a user name. Use letters, digits, and . _ - after the first one.');
  }
  const problem = problemOfUsername(username);
  if (problem) throw new CommandError(`The user name ${problem}.`);
  const problemWithEmail = email === null ? null : problemOfEmail(email);
  if (problemWithEmail) throw new CommandError(`The e-mail address ${problemWithEmail}.`);
}

/** Before a password is asked for. */
async function refuseTaken(database: Database, username: string, email: string | null): Promise<void> {
  const users = createUserStore(database);
  const named = await users.findByLogin(username);
  if (named) throw new CommandError(`There is a user ${named.username} already.`);
  const holder = email === null ? null : await users.findByEmail(email);
  if (holder) throw new CommandError(`${email ?? ''} is the e-mail address of ${holder.username} already.`);
}
