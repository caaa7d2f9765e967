import { hashPassword } from '@latchkey/auth';
import { readConfig, type Config } from '@latchkey/config';
import {
  refuseHalfCopied,
  seedDemoUsers,
  seedUsers,
  upgrade,
  type Database,
  type Seeded,
} from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine } from '../command-line.ts';
import { addDatabaseOption, withDatabase } from '../database-command.ts';
import { showProgress } from '../progress.ts';
import type { DbOptions } from './migration-command.ts';

type SeedOptions = DbOptions & { count?: string; seedNumber?: string };

/** Everybody's who is made up: printed, since nobody has to guess it. */
const sharedPassword = 'made up for everybody';

const most = 100_000_000;

export function configure(command: Command): void {
  addDatabaseOption(command)
    .option('--count <n>', 'add so many made-up users with sessions and a history, to any database')
    .option('--seed-number <n>', 'the same number makes the same people (1 if left out)')
    .action(async (options: SeedOptions) => {
      const config = readConfig(process.env);
      if (config.production) {
        throw new CommandError('Demo users have public passwords: they are not for production.');
      }
      const count = wholeNumber('--count', options.count, 1);
      const seedNumber = wholeNumber('--seed-number', options.seedNumber, 0);
      if (count === null && seedNumber !== null) {
        throw new CommandError('--seed-number says which people --count makes: give both.');
      }
      await withDatabase(options, async (database) => {
        await refuseHalfCopied(database);
        await upgrade(database);
        if (count === null) await addDemoUsers(database);
        else await addUsers(database, count, seedNumber ?? 1, config);
      });
    });
}

/** @returns null for an option that was not given */
function wholeNumber(option: string, found: string | undefined, least: number): number | null {
  if (found === undefined) return null;
  const number = /^\d{1,9}$/.test(found) ? Number(found) : NaN;
  if (number >= least && number <= most) return number;
  throw new CommandError(`${option}: found "${found}"; expected a whole number from ${least} to ${most}.`);
}

async function addDemoUsers(database: Database): Promise<void> {
  const added = await seedDemoUsers(database, hashPassword);
  writeLine(
    added > 0
      ? `Added ${added} demo users: susan / cat is the admin.`
      : 'There are users already, so none was added.',
  );
}

async function addUsers(
  database: Database,
  count: number,
  seedNumber: number,
  { session, remember, freshMs }: Config,
): Promise<void> {
  const passwordHash = await hashPassword(sharedPassword);
  const progress = showProgress('seeding', count);
  const options = { count, seedNumber, passwordHash, lifetimes: { session, remember, freshMs } };
  const seeded = await seedUsers(database, {
    ...options,
    onWritten: (written) => progress.to(written),
  }).finally(() => progress.end());
  for (const line of linesOf(seeded)) writeLine(line);
}

const linesOf = ({ users, sessions, browsers, events }: Seeded): string[] => [
  `Added ${users} ${users === 1 ? 'user' : 'users'}, with ${sessions} sessions, ${browsers} remembered browsers and ${events} security events.`,
  `Everybody's password: ${sharedPassword}`,
];
