import { hashPassword } from '@latchkey/auth';
import { readConfig } from '@latchkey/config';
import { currentRevision, downgrade, isUpToDate, seedDemoUsers, upgrade } from '@latchkey/db';
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

/** `pnpm db …`: migrations and data. Twin of `flask db`. */
const program = commandLine('db', 'Migrations and data.');

onDatabase(program.command('upgrade').description('bring the schema up to date')).action(
  async (options: DatabaseOptions) => {
    await withDatabase(options, async (database) => {
      const applied = await upgrade(database);
      for (const name of applied) say(`applied ${name}`);
      if (applied.length === 0) say('The schema is up to date.');
    });
  },
);

onDatabase(
  program
    .command('downgrade')
    .description('take back the last migration, or more')
    .argument('[steps]', '-N for N migrations, base for all', '-1')
    .allowUnknownOption(), // -2 is a number here, and no option.
).action(async (steps: string, options: DatabaseOptions) => {
  const count = stepsOf(steps);
  await withDatabase(options, async (database) => {
    const reverted = await downgrade(database, count);
    for (const name of reverted) say(`took back ${name}`);
    if (reverted.length === 0) say('There is no migration to take back.');
  });
});

onDatabase(program.command('current').description('show the migration that the database is at'))
  .option('--json', 'as JSON')
  .action(async (options: DatabaseOptions & { json?: true }) => {
    await withDatabase(options, async (database) => {
      const [revision, upToDate] = [await currentRevision(database), await isUpToDate(database)];
      if (options.json) {
        sayJson({ revision, isUpToDate: upToDate });
        return;
      }
      say(
        revision
          ? `${revision.name}, applied ${revision.appliedAt.toISOString()}`
          : 'No migration has run here.',
      );
      if (!upToDate) say('The schema is not the one this version expects. Run: pnpm db upgrade');
    });
  });

onDatabase(program.command('seed').description('add the demo users, to an empty database')).action(
  async (options: DatabaseOptions) => {
    if (readConfig(process.env).production) {
      throw new CommandError('Demo users have public passwords: they are not for production.');
    }
    await withDatabase(options, async (database) => {
      await upgrade(database);
      const added = await seedDemoUsers(database, hashPassword);
      say(
        added > 0
          ? `Added ${added} demo users: susan / cat is the admin.`
          : 'There are users already, so none was added.',
      );
    });
  },
);

await run(program);

function stepsOf(text: string): number | 'base' {
  if (text === 'base') return 'base';
  const [, count] = /^-([1-9]\d{0,3})$/.exec(text) ?? [];
  if (!count)
    throw new CommandError(`downgrade: found ${text}; expected -N for N migrations, or base for all.`);
  return Number(count);
}
