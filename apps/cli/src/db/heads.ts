import { headsOf, readRevisions, type Revision } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson } from '../command.ts';
import { detailsOf } from './history.ts';
import { engineOf, migrationCommand, migrationsFolderOf, type DbOptions } from './db-command.ts';

/** Twins of `flask db heads` and `flask db branches`. */
export function addHeads(program: Command): void {
  migrationCommand(program, 'heads', 'show the revisions that no other builds on; needs no server')
    .option('-v, --verbose', 'with what each does, what it builds on, and its file')
    .option('--json', 'as JSON')
    .action(async (options: HeadsOptions) => {
      const heads = headsOf(await revisionsOf(options));
      if (options.json) sayJson(heads.map(shown));
      else for (const head of heads) sayRevision(head, head.name, options);
      if (heads.length > 1 && !options.json) say('More than one: two branches. Run: pnpm db merge');
    });

  migrationCommand(program, 'branches', 'show the revisions that more than one builds on; needs no server')
    .option('-v, --verbose', 'with what each does, what it builds on, and its file')
    .option('--json', 'as JSON')
    .action(async (options: HeadsOptions) => {
      const revisions = await revisionsOf(options);
      const branches = revisions
        .map((revision) => ({
          revision,
          before: revisions.filter(({ after }) => after.includes(revision.name)).map(({ name }) => name),
        }))
        .filter(({ before }) => before.length > 1);
      if (options.json) sayJson(branches.map(({ revision: { name }, before }) => ({ name, before })));
      else {
        for (const { revision, before } of branches) {
          sayRevision(revision, `${revision.name}  before ${before.join(' and ')}`, options);
        }
      }
    });
}

type HeadsOptions = DbOptions & { verbose?: true };

function sayRevision(revision: Revision, line: string, { verbose }: HeadsOptions): void {
  say(line);
  if (verbose) for (const detail of detailsOf(revision)) say(`    ${detail}`);
}

const revisionsOf = (options: DbOptions) => readRevisions(engineOf(options), migrationsFolderOf(options));

const shown = ({ name, message, createdAt, after }: Revision) => ({ name, message, createdAt, after });
