import { listUsers, type Role, type UserRecord, createVisibleUserMapper } from '@latchkey/db';
import { Option, type Command } from 'commander';
import { printText } from '../terminal.ts';
import { addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type ListOptions = UsersOptions & { role?: Role; disabled?: true; search?: string };

export function configure(command: Command): void {
  addUsersOptions(command)
    .addOption(new Option('--role <role>', 'only users with this role').choices(['user', 'admin']))
    .option('--disabled', 'only disabled users')
    .option('--search <text>', 'only users with this text in their user name or e-mail address')
    .action(async ({ role, disabled, search, ...options }: ListOptions) => {
      await withUsers(options, (database) => {
        const which = {
          ...(role && { role }),
          ...(disabled && { isActive: false }),
          ...(search !== undefined && { search }),
        };
        const users = listUsers(database, which);
        return printText(options.json ? asJson(users, createVisibleUserMapper(database)) : asTable(users));
      });
    });
}

/** A table, page by page. The first page determines the widths of the columns. */
async function* asTable(pages: AsyncIterable<UserRecord[]>): AsyncGenerator<string> {
  let widths: number[] | undefined;
  for await (const users of pages) {
    // A page of the database in which no user matches.
    if (users.length === 0) continue;
    const rows = users.map(({ username, email, role, isActive }) => [
      username,
      email ?? '',
      role,
      isActive ? 'active' : 'disabled',
    ]);
    const lines = widths ? rows : [header, ...rows];
    widths ??= header.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
    for (const cells of lines)
      yield `${cells
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`;
  }
  if (!widths) yield 'No users found.\n';
}

const header = ['USER NAME', 'E-MAIL ADDRESS', 'ROLE', 'STATUS'];

/** One JSON array, page by page. */
async function* asJson(
  pages: AsyncIterable<UserRecord[]>,
  toVisible: ReturnType<typeof createVisibleUserMapper>,
): AsyncGenerator<string> {
  let before = '[\n  ';
  for await (const users of pages) {
    for (const user of users) {
      yield before + JSON.stringify(toVisible(user));
      before = ',\n  ';
    }
  }
  yield before.startsWith('[') ? '[]\n' : '\n]\n';
}
