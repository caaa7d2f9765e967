import { currentRevision, isUpToDate } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson, withDatabase } from '../command.ts';
import { migrationCommand, type DbOptions } from './db-command.ts';

export function addCurrent(program: Command): void {
  migrationCommand(program, 'current', 'show the migration that the database is at')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions) => {
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
}
