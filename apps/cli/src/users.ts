import {
  createUserStore,
  endSessionsOf,
  requireCurrentSchema,
  type Database,
  type UserRecord,
} from '@latchkey/db';
import {
  CommandError,
  commandLine,
  onDatabase,
  run,
  say,
  sayJson,
  withDatabase,
  type DatabaseOptions,
} from './command.ts';

/** `pnpm users …`: who has an account. */
const program = commandLine('users', 'Who has an account.');

onDatabase(program.command('list').description('show every user'))
  .option('--json', 'as JSON')
  .action(async (options: DatabaseOptions & { json?: true }) => {
    await withUsers(options, async (database) => {
      const users = (await createUserStore(database).list()).map(shown);
      if (options.json) sayJson(users);
      else for (const user of users) say(lineOf(user));
    });
  });

onDatabase(
  program
    .command('disable')
    .description('refuse sign-in, and end every session')
    .argument('<user>', 'user name or e-mail'),
).action(async (login: string, options: DatabaseOptions) => {
  await withUsers(options, async (database) => {
    const user = await find(database, login);
    await createUserStore(database).setActive(user.id, false);
    const ended = await endSessionsOf(database, user.id);
    say(`${user.username} is disabled; sessions ended: ${ended}.`);
  });
});

onDatabase(
  program.command('enable').description('let a user sign in again').argument('<user>', 'user name or e-mail'),
).action(async (login: string, options: DatabaseOptions) => {
  await withUsers(options, async (database) => {
    const user = await find(database, login);
    await createUserStore(database).setActive(user.id, true);
    say(`${user.username} is enabled.`);
  });
});

await run(program);

function withUsers(options: DatabaseOptions, work: (database: Database) => Promise<void>): Promise<void> {
  return withDatabase(options, async (database) => {
    await requireCurrentSchema(database);
    await work(database);
  });
}

async function find(database: Database, login: string): Promise<UserRecord> {
  const user = await createUserStore(database).findByLogin(login);
  if (!user) throw new CommandError(`There is no user ${login}. To see them all: pnpm users list`);
  return user;
}

/** Everything of a user but the hash. */
function shown({ id, username, email, role, isActive, createdAt }: UserRecord) {
  return { id, username, email, role, isActive, createdAt };
}

function lineOf({ username, email, role, isActive }: ReturnType<typeof shown>): string {
  return [username.padEnd(20), email.padEnd(32), role.padEnd(6), isActive ? '' : 'disabled']
    .join(' ')
    .trimEnd();
}
