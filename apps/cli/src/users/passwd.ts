import { createUserStore } from '@latchkey/db';
import type { Command } from 'commander';
import { keepTrace } from './keep-trace.ts';
import {
  hashNewPassword,
  refusePasswordInWords,
  takesPassword,
  type PasswordOptions,
} from './new-password.ts';
import { findUser, sayChanged, usersCommand, withUsers, type UsersOptions } from './users-command.ts';

export function addPasswd(program: Command): void {
  const command = usersCommand(
    program,
    'passwd',
    'give a user a new password, which is asked for, and sign them out everywhere',
  ).argument('<user>', 'user name or e-mail address');

  takesPassword(command).action(async (login: string, options: UsersOptions & PasswordOptions) => {
    refusePasswordInWords(options);
    await withUsers(options, async (database) => {
      const user = await findUser(database, login);
      await createUserStore(database).setPassword(user.id, await hashNewPassword(options, user));
      await keepTrace(database, user.id, 'password_changed');
      await sayChanged(
        database,
        user.id,
        options,
        ({ username }) => `${username} has a new password, and is signed out everywhere.`,
      );
    });
  });
}
