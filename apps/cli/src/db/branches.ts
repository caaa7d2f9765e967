import type { Command } from 'commander';
import { writeJson } from '../command-line.ts';
import { addRevisionListOptions, revisionsOf, writeRevision, type RevisionListOptions } from './heads.ts';

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
    if (options.json) writeJson(branches.map(({ revision: { name }, before }) => ({ name, before })));
    else {
      for (const { revision, before } of branches) {
        writeRevision(revision, `${revision.name}  before ${before.join(' and ')}`, options);
      }
    }
  });
}
