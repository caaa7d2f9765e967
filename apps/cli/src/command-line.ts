import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { workspaceRoot } from '@latchkey/config/workspace-root';
import { Command, CommanderError } from 'commander';

/** A subcommand. Its module is loaded when the subcommand runs, so that `--help` and its siblings start without it. */
export type Subcommand = {
  description: string;
  load: () => Promise<{ configure(command: Command): void }>;
};

/** A command line of the workspace: `pnpm NAME`. */
export function commandLine(
  name: string,
  description: string,
  subcommands: Readonly<Record<string, Subcommand>> = {},
): Command {
  const program = new Command(`pnpm ${name}`).description(description);
  program.showHelpAfterError(`For help: pnpm ${name} --help`).helpCommand(false).exitOverride();
  for (const [subcommand, { description: summary }] of Object.entries(subcommands)) {
    program
      .command(subcommand)
      .description(summary)
      .showHelpAfterError(`For help: pnpm ${name} ${subcommand} --help`);
  }
  return program.hook('preSubcommand', async (_, command) => {
    const module = await subcommands[command.name()]?.load();
    module?.configure(command);
  });
}

/** Runs a command line. An error is printed to stderr, and sets the exit code to 1. */
export async function run(program: Command, words: readonly string[] = process.argv.slice(2)): Promise<void> {
  // Compiling the modules of a command takes a third of its time. Set as NODE_COMPILE_CACHE, as in the scripts of the
  // workspace, the same cache also has the modules that are loaded before this line.
  enableCompileCache(join(workspaceRoot, '.latchkey/compile-cache'));
  // A reader that closes the pipe early, like `head`, does not stop the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has printed the help or its message.
      process.exitCode = error.exitCode;
      return;
    }
    const { explain } = await import('@latchkey/http/explain');
    const { hideValues, isStatementError } = await import('./hide-values.ts');
    const shown = isStatementError(error) ? hideValues(error, 'A statement') : error;
    process.stderr.write(`${explain(shown)}\n`);
    process.exitCode = 1;
  }
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, null, 2));
}
