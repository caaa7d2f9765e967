import { createUserStore, endSessionsOf, type Database, type Role, type UserRecord } from '@latchkey/db';
import { Argument, type Command } from 'commander';
import { say, sayJson } from '../command.ts';
import { keepTrace } from './keep-trace.ts';
import { findUser, sayChanged, shown, usersCommand, withUsers, type UsersOptions } from './users-command.ts';

/** The commands on what somebody may do: `disable`, `enable`, `role`, `sign-out`. */
export function addAccess(program: Command): void {
  onUser(program, 'disable', 'refuse sign-in to a user, and sign them out everywhere').action(
    change(async (database, { id }, options) => {
      await createUserStore(database).setActive(id, false);
      await keepTrace(database, id, 'account_disabled');
      await sayChanged(
        database,
        id,
        options,
        ({ username }) => `${username} is disabled, and signed out everywhere.`,
      );
    }),
  );

  onUser(program, 'enable', 'let a user sign in again').action(
    change(async (database, { id }, options) => {
      await createUserStore(database).setActive(id, true);
      await keepTrace(database, id, 'account_enabled');
      await sayChanged(database, id, options, ({ username }) => `${username} is enabled.`);
    }),
  );

  onUser(program, 'role', 'make a user an administrator, or none any more')
    .addArgument(new Argument('<role>', 'what they may do').choices(['user', 'admin']))
    .action(async (login: string, role: Role, options: UsersOptions) => {
      await withUsers(options, async (database) => {
        const { id } = await findUser(database, login);
        await createUserStore(database).setRole(id, role);
        await keepTrace(database, id, 'role_changed');
        await sayChanged(database, id, options, ({ username }) => `${username} has the role ${role}.`);
      });
    });

  onUser(program, 'sign-out', 'end every session of a user, and forget their browsers').action(
    change(async (database, user, { json }) => {
      const ended = await endSessionsOf(database, user.id);
      await keepTrace(database, user.id, 'session_ended');
      if (json) sayJson({ ...shown(user), ended });
      else say(`${user.username} is signed out everywhere; devices: ${ended}.`);
    }),
  );
}

const onUser = (program: Command, name: string, description: string): Command =>
  usersCommand(program, name, description).argument('<user>', 'user name or e-mail address');

type Change = (database: Database, user: UserRecord, options: UsersOptions) => Promise<void>;

const change = (work: Change) => (login: string, options: UsersOptions) =>
  withUsers(options, async (database) => work(database, await findUser(database, login), options));
