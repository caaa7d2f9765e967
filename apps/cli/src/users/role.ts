import { createUserStore, type Role } from '@latchkey/db';
import { Argument, type Command } from 'commander';
import { recordSecurityEvent } from './record-security-event.ts';
import { addUsersOptions, findUser, printChanged, withUsers, type UsersOptions } from './users-command.ts';

export function configure(command: Command): void {
  addUsersOptions(command)
    .argument('<user>', 'user name or e-mail address')
    .addArgument(new Argument('<role>', 'new role').choices(['user', 'admin']))
    .action(async (login: string, role: Role, options: UsersOptions) => {
      await withUsers(options, async (database) => {
        const { id } = await findUser(database, login);
        await createUserStore(database).setRole(id, role);
        await recordSecurityEvent(database, id, 'role_changed');
        await printChanged(database, id, options, ({ username }) => `${username} has the role ${role}.`);
      });
    });
}
