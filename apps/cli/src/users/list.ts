import { listUsers, type Role, type StoredUser } from '@latchkey/db';
import { Option, type Command } from 'commander';
import { print } from '../terminal.ts';
import { publicUser, addUsersOptions, withUsers, type UsersOptions } from './users-command.ts';

type ListOptions = UsersOptions & { role?: Role; disabled?: true; search?: string };

export function configure(command: Command): void {
  addUsersOptions(command)
    .addOption(new Option('--role <role>', 'only those with this role').choices(['user', 'admin']))
    .option('--disabled', 'only those who cannot sign in')
    .option('--search <text>', 'only those with this in their user name or e-mail address')
    .action(async ({ role, disabled, search, ...options }: ListOptions) => {
      await withUsers(options, (database) => {
        const which = {
          ...(role && { role }),
          ...(disabled && { isActive: false }),
          ...(search !== undefined && { search }),
        };
        const users = listUsers(database, which);
        return print(options.json ? asJson(users) : asLines(users));
      });
    });
}

async function* asLines(pages: AsyncIterable<StoredUser[]>): AsyncGenerator<string> {
  for await (const users of pages) yield users.map((user) => `${lineOf(user)}\n`).join('');
}

function lineOf({ username, email, role, isActive }: StoredUser): string {
  return [username.padEnd(20), (email ?? '').padEnd(32), role.padEnd(6), isActive ? '' : 'disabled']
    .join(' ')
    .trimEnd();
}

/** One array, written piece by piece. */
async function* asJson(pages: AsyncIterable<StoredUser[]>): AsyncGenerator<string> {
  let before = '[\n  ';
  for await (const users of pages) {
    for (const user of users) {
      yield before + JSON.stringify(publicUser(user));
      before = ',\n  ';
    }
  }
  yield before.startsWith('[') ? '[]\n' : '\n]\n';
}
