import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { commandLine } from '../command-line.ts';
import type { ShellOptions } from './run-shell.ts';

/** `pnpm shell`. Equivalent of `flask shell`. */
export function createShellProgram(): Command {
  return commandLine(
    'shell',
    'A JavaScript shell with orm, em, the entities, auth, api and as(user) in scope. Runs a script from standard input.',
  )
    .option('--database-url <url>', 'database to use instead of DATABASE_URL')
    .option('-e, --eval <statements>', 'run statements, print the value of the last one, and exit')
    .option('--json', 'with --eval: print the value as JSON')
    .option('--sql', 'print each SQL statement to standard error')
    .option('--read-only', 'make the database refuse every write')
    .action(async (options: ShellOptions) => {
      if (options.json && options.eval === undefined) throw new CommandError('--json requires --eval.');
      const { runShell } = await import('./run-shell.ts');
      await runShell(options);
    });
}
