import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { engines } from '@latchkey/db';
import { findRevision, readRevisions } from '@latchkey/migrator';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine } from '../command-line.ts';
import { isInteractive } from '../terminal.ts';
import { addMigrationOptions, getMigrationsFolder, shownPath, type DbOptions } from './migration-command.ts';

/** Equivalent of `flask db edit`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('<revision>', 'prefix of its name, or head for the newest')
    .action(async (name: string, options: DbOptions) => {
      const files = await Promise.all(
        engines.map(async (engine) => {
          const revisions = await readRevisions(engine, getMigrationsFolder(options));
          const newest = name === 'head' ? revisions.at(-1) : undefined;
          return shownPath((newest ?? findRevision(revisions, name)).path);
        }),
      );
      const editor = findEditor(process.env);
      if (editor === null || !isInteractive()) {
        throw new CommandError(
          `${editor === null ? 'Set EDITOR to your editor.' : 'There is no terminal for an editor.'} The files are:\n${files.join('\n')}`,
        );
      }
      await openInEditor(editor, files);
      printLine(
        'A database in which it is already applied keeps its schema: pnpm db doctor reports the edit there.',
      );
    });
}

/** The user's editor with its options, as in `code --wait`; null when none is set. */
export function findEditor({ VISUAL, EDITOR }: NodeJS.ProcessEnv): string | null {
  // An empty variable counts as not set.
  return [VISUAL, EDITOR].find(Boolean) ?? null;
}

/**
 * Opens files in an editor, and waits until it exits.
 * @throws CommandError when its exit code is not 0
 */
export async function openInEditor(editor: string, files: readonly string[]): Promise<void> {
  // The shell splits the options of the editor. The file names are passed as they are.
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, 'editor', ...files], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new CommandError(`${editor} failed with exit code ${String(code)}.`);
}
