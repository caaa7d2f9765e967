import {
  createVisibleUserMapper,
  type Database,
  findLastSignIns,
  listUsers,
  type Role,
  type UserRecord,
} from '@latchkey/db';
import { Option, type Command } from 'commander';
import { printText } from '../terminal.ts';
import { formatLines, formatTable, type ListedUser } from './format-users.ts';
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
        const listed = withLastSignIns(database, users);
        const width = terminalWidth();
        if (options.json) return printText(formatJson(listed, createVisibleUserMapper(database)));
        return printText(width === null ? formatLines(listed) : formatTable(listed, width));
      });
    });
}

/** Adds the last sign-in of each user, page by page. */
async function* withLastSignIns(
  database: Database,
  pages: AsyncIterable<UserRecord[]>,
): AsyncGenerator<ListedUser[]> {
  for await (const users of pages) {
    const lastSignIns = await findLastSignIns(
      database,
      users.map(({ id }) => id),
    );
    yield users.map((user) => ({ ...user, lastSignInAt: lastSignIns.get(user.id) ?? null }));
  }
}

/** As wide as COLUMNS or the terminal; null for a file or a pipe. */
function terminalWidth(): number | null {
  const { columns, isTTY } = process.stdout;
  return Number(process.env.COLUMNS) || (isTTY ? columns : null);
}

/** One JSON array, page by page. */
async function* formatJson(
  pages: AsyncIterable<ListedUser[]>,
  toVisible: ReturnType<typeof createVisibleUserMapper>,
): AsyncGenerator<string> {
  let before = '[\n  ';
  for await (const users of pages) {
    for (const user of users) {
      yield before + JSON.stringify({ ...toVisible(user), lastSignInAt: user.lastSignInAt });
      before = ',\n  ';
    }
  }
  yield before.startsWith('[') ? '[]\n' : '\n]\n';
}
