import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { engines, findRevision, readRevisions } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError, say } from '../command.ts';
import { isAttended } from '../users/terminal.ts';
import { migrationCommand, migrationsFolderOf, shownPath, type DbOptions } from './db-command.ts';

/** Twin of `flask db edit`. */
export function addEdit(program: Command): void {
  migrationCommand(program, 'edit', 'open a revision of every engine in your editor ($VISUAL, or $EDITOR)')
    .argument('<revision>', 'any beginning of its name; head for the newest')
    .action(async (name: string, options: DbOptions) => {
      const files = await Promise.all(
        engines.map(async (engine) => {
          const revisions = await readRevisions(engine, migrationsFolderOf(options));
          const newest = name === 'head' ? revisions.at(-1) : undefined;
          return shownPath((newest ?? findRevision(revisions, name)).path);
        }),
      );
      const editor = process.env['VISUAL'] ?? process.env['EDITOR'];
      if (!editor || !isAttended()) {
        throw new CommandError(
          `${editor ? 'There is no terminal for an editor.' : 'Set EDITOR to the editor that you use.'} The files are:\n${files.join('\n')}`,
        );
      }
      // An editor may be named with options, as in `code --wait`.
      const child = spawn(`${editor} "$@"`, ['editor', ...files], { shell: true, stdio: 'inherit' });
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new CommandError(`${editor} ended with exit code ${String(code)}.`);
      say('Where it has run already, pnpm db doctor will say that it was edited.');
    });
}
