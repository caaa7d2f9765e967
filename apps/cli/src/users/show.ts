import { describeHash } from '@latchkey/auth';
import { type UserRecord, createVisibleUserMapper } from '@latchkey/db';
import { unusablePasswordHash } from '@latchkey/user-import';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { printable } from './format-users.ts';
import { findUser, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

export function configure(command: Command): void {
  addUsersOptions(command)
    .argument('<user>', 'user name or e-mail address')
    .action(async (login: string, options: UsersOptions) => {
      await withUsers(options, async (database) => {
        const user = await findUser(database, login);
        const visible = createVisibleUserMapper(database)(user);
        if (options.json) printJson({ ...visible, passwordScheme: findScheme(user) });
        else for (const [what, value] of linesOf(user, visible)) printLine(`${what.padEnd(18)} ${value}`);
      });
    });
}

/** The scheme of the password hash; null without a password. */
function findScheme({ passwordHash }: UserRecord): string | null {
  return passwordHash === unusablePasswordHash ? null : describeHash(passwordHash).scheme;
}

function linesOf(user: UserRecord, visible: Record<string, unknown>): [what: string, value: string][] {
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
    ...Object.entries(visible).flatMap(([name, value]): [string, string | null][] =>
      shownAbove.has(name) ? [] : [[name, textOf(value)]],
    ),
    ['id', user.id],
  ];
  return lines.flatMap(([what, value]) => (value === null ? [] : [[what, value]]));
}

/** The columns with a line of their own. The others, such as those that a product adds, have the names of their properties. */
const shownAbove: ReadonlySet<string> = new Set<keyof UserRecord>([
  'id',
  'username',
  'email',
  'emailVerifiedAt',
  'pendingEmail',
  'role',
  'isActive',
  'passwordChangedAt',
  'createdAt',
  'updatedAt',
  'deleteAfter',
  'tokenTheftDetectedAt',
]);

function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
