import { headsOf, readRevisions, type Revision } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson } from '../command.ts';
import { engineOf, migrationCommand, migrationsFolderOf, type DbOptions } from './db-command.ts';

/** Twins of `flask db heads` and `flask db branches`. */
export function addHeads(program: Command): void {
  migrationCommand(program, 'heads', 'show the revisions that no other builds on; needs no server')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions) => {
      const heads = headsOf(await revisionsOf(options));
      if (options.json) sayJson(heads.map(shown));
      else for (const { name } of heads) say(name);
      if (heads.length > 1 && !options.json) say('More than one: two branches. Run: pnpm db merge');
    });

  migrationCommand(program, 'branches', 'show the revisions that more than one builds on; needs no server')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions) => {
      const revisions = await revisionsOf(options);
      const branches = revisions
        .map(({ name }) => ({
          name,
          before: revisions.filter(({ after }) => after.includes(name)).map((revision) => revision.name),
        }))
        .filter(({ before }) => before.length > 1);
      if (options.json) sayJson(branches);
      else for (const { name, before } of branches) say(`${name}  before ${before.join(' and ')}`);
    });
}

const revisionsOf = (options: DbOptions) => readRevisions(engineOf(options), migrationsFolderOf(options));

const shown = ({ name, message, createdAt, after }: Revision) => ({ name, message, createdAt, after });
