import { createUserStore } from '@latchkey/db';
import type { Command } from 'commander';
import { recordSecurityEvent } from './record-security-event.ts';
import {
  hashNewPassword,
  refusePasswordInWords,
  takesPassword,
  type PasswordOptions,
} from './new-password.ts';
import { findUser, writeChanged, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

export function configure(command: Command): void {
  const defined = addUsersOptions(command).argument('<user>', 'user name or e-mail address');

  takesPassword(defined).action(async (login: string, options: UsersOptions & PasswordOptions) => {
    refusePasswordInWords(options);
    await withUsers(options, async (database) => {
      const user = await findUser(database, login);
      await createUserStore(database).setPassword(user.id, await hashNewPassword(options, user));
      await recordSecurityEvent(database, user.id, 'password_changed');
      await writeChanged(
        database,
        user.id,
        options,
        ({ username }) => `${username} has a new password, and is signed out everywhere.`,
      );
    });
  });
}
