import { createPasswords, type Passwords } from '@latchkey/auth';
import { readConfig, type Config } from '@latchkey/config';
import { type Database, requireCompleteCopy, seedDemoUsers } from '@latchkey/db';
import { type Seeded, seedUsers } from '@latchkey/db-tools';
import { upgrade } from '@latchkey/migrator';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine } from '../command-line.ts';
import { addDatabaseOption, withDatabase } from '../database-command.ts';
import { showProgress } from '../progress.ts';
import type { DbOptions } from './migration-command.ts';

type SeedOptions = DbOptions & { count?: string; seedNumber?: string };

/** The password of all generated users. It is printed. */
const sharedPassword = 'password of generated users';

const maxNumber = 100_000_000;

export function configure(command: Command): void {
  addDatabaseOption(command)
    .option('--count <n>', 'add N generated users with sessions and events, to any database')
    .option('--seed-number <n>', 'the same number generates the same users (default: 1)')
    .action(async (options: SeedOptions) => {
      const config = readConfig(process.env);
      if (config.production) {
        throw new CommandError('Demo users have public passwords: seeding is refused in production.');
      }
      const count = wholeNumber('--count', options.count, 1);
      const seedNumber = wholeNumber('--seed-number', options.seedNumber, 0);
      if (count === null && seedNumber !== null) {
        throw new CommandError('--seed-number requires --count.');
      }
      await withDatabase(options, async (database) => {
        await requireCompleteCopy(database);
        await upgrade(database);
        const passwords = createPasswords(config.passwords);
        if (count === null) await addDemoUsers(database, passwords);
        else await addUsers(database, { count, seedNumber: seedNumber ?? 1 }, passwords, config);
      });
    });
}

/** @returns null for a missing option */
function wholeNumber(option: string, found: string | undefined, min: number): number | null {
  if (found === undefined) return null;
  const number = /^\d{1,9}$/.test(found) ? Number(found) : NaN;
  if (number >= min && number <= maxNumber) return number;
  throw new CommandError(`${option}: found "${found}"; expected a whole number from ${min} to ${maxNumber}.`);
}

async function addDemoUsers(database: Database, { hash }: Passwords): Promise<void> {
  const added = await seedDemoUsers(database, hash);
  printLine(
    added > 0
      ? `Added ${added} demo users: susan / cat is the admin.`
      : 'The database already has users: none were added.',
  );
}

async function addUsers(
  database: Database,
  users: { count: number; seedNumber: number },
  { hash }: Passwords,
  { session, remember, freshMs }: Config,
): Promise<void> {
  const passwordHash = await hash(sharedPassword);
  const progress = showProgress('seeding', users.count);
  const options = { ...users, passwordHash, lifetimes: { session, remember, freshMs } };
  const seeded = await seedUsers(database, {
    ...options,
    onWritten: (written) => progress.to(written),
  }).finally(() => progress.end());
  for (const line of formatLines(seeded)) printLine(line);
}

const formatLines = ({ users, sessions, browsers, events }: Seeded): string[] => [
  `Added ${users} ${users === 1 ? 'user' : 'users'}, with ${sessions} sessions, ${browsers} remembered browsers and ${events} security events.`,
  `The password of each: ${sharedPassword}`,
];
