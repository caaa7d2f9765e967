import { createUserStore } from '@latchkey/db';
import type { Command } from 'commander';
import { recordSecurityEvent } from './record-security-event.ts';
import {
  hashNewPassword,
  refusePasswordArgument,
  addPasswordOptions,
  type PasswordOptions,
} from './new-password.ts';
import { findUser, printChanged, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

export function configure(command: Command): void {
  const defined = addUsersOptions(command).argument('<user>', 'user name or e-mail address');

  addPasswordOptions(defined).action(async (login: string, options: UsersOptions & PasswordOptions) => {
    refusePasswordArgument(options);
    await withUsers(options, async (database) => {
      const user = await findUser(database, login);
      await createUserStore(database).setPassword(user.id, await hashNewPassword(options, user));
      await recordSecurityEvent(database, user.id, 'password_changed');
      await printChanged(
        database,
        user.id,
        options,
        ({ username }) => `${username} has a new password, and is signed out everywhere.`,
      );
    });
  });
}
