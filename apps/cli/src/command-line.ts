import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { workspaceRoot } from '@latchkey/config/workspace-root';
import { Command } from 'commander';

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
  const program = new Command(name).description(description).showHelpAfterError().helpCommand(false);
  for (const [subcommand, { description: summary }] of Object.entries(subcommands)) {
    program.command(subcommand).description(summary);
  }
  return program.hook('preSubcommand', async (_, command) => {
    const module = await subcommands[command.name()]?.load();
    module?.configure(command);
  });
}

/** Runs a command line. An error is printed to stderr, and makes the exit code 1. */
export async function run(program: Command): Promise<void> {
  // Compiling the modules of a command takes a third of its time. Starting the server uses the same cache.
  enableCompileCache(join(workspaceRoot, '.latchkey/compile-cache'));
  // A reader that closes the pipe early, like `head`, does not stop the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program.parseAsync();
  } catch (error) {
    const { explain } = await import('@latchkey/http/explain');
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function writeJson(value: unknown): void {
  writeLine(JSON.stringify(value, null, 2));
}
