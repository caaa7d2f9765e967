import { hashPassword } from '@latchkey/auth';
import { readConfig } from '@latchkey/config';
import { seedDemoUsers, upgrade } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError, say, withDatabase } from '../command.ts';
import { dbCommand, type DbOptions } from './db-command.ts';

export function addSeed(program: Command): void {
  dbCommand(program, 'seed', 'add the demo users, to an empty database').action(
    async (options: DbOptions) => {
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
}
