import { describeHash } from '@latchkey/auth';
import type { UserRecord } from '@latchkey/db';
import { unusablePasswordHash } from '@latchkey/user-import';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { findUser, publicUser, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

export function configure(command: Command): void {
  addUsersOptions(command)
    .argument('<user>', 'user name or e-mail address')
    .action(async (login: string, options: UsersOptions) => {
      await withUsers(options, async (database) => {
        const user = await findUser(database, login);
        if (options.json) printJson({ ...publicUser(user), passwordScheme: findScheme(user) });
        else for (const [what, value] of linesOf(user)) printLine(`${what.padEnd(18)} ${value}`);
      });
    });
}

/** The scheme of the password hash; null without a password. */
function findScheme({ passwordHash }: UserRecord): string | null {
  return passwordHash === unusablePasswordHash ? null : describeHash(passwordHash).scheme;
}

function linesOf(user: UserRecord): [what: string, value: string][] {
  const verified = user.emailVerifiedAt ? `confirmed ${user.emailVerifiedAt.toISOString()}` : 'not confirmed';
  const lines: [string, string | null][] = [
    ['user name', user.username],
    ['e-mail address', user.email && `${user.email}, ${verified}`],
    ['new e-mail address', user.pendingEmail && `${user.pendingEmail}, not confirmed`],
    ['role', user.role],
    ['sign-in', user.isActive ? 'allowed' : 'disabled'],
    ['password', findScheme(user) ?? 'none; the user sets one with “forgot password”'],
    ['password changed', user.passwordChangedAt?.toISOString() ?? null],
    ['created', user.createdAt.toISOString()],
    ['deletion', user.deleteAfter?.toISOString() ?? null],
    ['id', user.id],
  ];
  return lines.flatMap(([what, value]) => (value === null ? [] : [[what, value]]));
}
