import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { engines, findRevision, readRevisions } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine } from '../command-line.ts';
import { isAttended } from '../terminal.ts';
import { addMigrationOptions, migrationsFolderOf, shownPath, type DbOptions } from './migration-command.ts';

/** Twin of `flask db edit`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('<revision>', 'any beginning of its name; head for the newest')
    .action(async (name: string, options: DbOptions) => {
      const files = await Promise.all(
        engines.map(async (engine) => {
          const revisions = await readRevisions(engine, migrationsFolderOf(options));
          const newest = name === 'head' ? revisions.at(-1) : undefined;
          return shownPath((newest ?? findRevision(revisions, name)).path);
        }),
      );
      const editor = editorOf(process.env);
      if (editor === null || !isAttended()) {
        throw new CommandError(
          `${editor === null ? 'Set EDITOR to the editor that you use.' : 'There is no terminal for an editor.'} The files are:\n${files.join('\n')}`,
        );
      }
      await openInEditor(editor, files);
      writeLine('Where it has run already, pnpm db doctor will say that it was edited.');
    });
}

/** The editor that somebody wants, with its options, as in `code --wait`; null where they have named none. */
export function editorOf({ VISUAL, EDITOR }: NodeJS.ProcessEnv): string | null {
  // One that is empty counts as not set, as everywhere.
  return [VISUAL, EDITOR].find(Boolean) ?? null;
}

/**
 * Opens files in an editor, and waits until it is closed.
 * @throws CommandError when it ends with an exit code other than 0
 */
export async function openInEditor(editor: string, files: readonly string[]): Promise<void> {
  // The shell takes the editor's options apart, and leaves the names of the files alone.
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, 'editor', ...files], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new CommandError(`${editor} ended with exit code ${String(code)}.`);
}
