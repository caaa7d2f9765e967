import type { Command } from 'commander';
import { printJson, printLine } from '../command-line.ts';
import { addRevisionListOptions, revisionsOf, printRevision, type RevisionListOptions } from './heads.ts';

/** Equivalent of `flask db branches`. */
export function configure(command: Command): void {
  addRevisionListOptions(command).action(async (options: RevisionListOptions) => {
    const revisions = await revisionsOf(options);
    const branches = revisions
      .map((revision) => ({
        revision,
        before: revisions.filter(({ after }) => after.includes(revision.name)).map(({ name }) => name),
      }))
      .filter(({ before }) => before.length > 1);
    if (options.json) printJson(branches.map(({ revision: { name }, before }) => ({ name, before })));
    else if (branches.length === 0) printLine('There are no branches.');
    else {
      for (const { revision, before } of branches) {
        printRevision(revision, `${revision.name}  before ${before.join(' and ')}`, options);
      }
    }
  });
}
