import { join } from 'node:path';
import { application } from '@latchkey/api';
import { readConfig, workspaceRoot } from '@latchkey/config';
import { requireUsable, type Database } from '@latchkey/db';
import { CommandError } from '../command-error.ts';
import { writeLine } from '../command-line.ts';
import { type DatabaseOptions, withDatabase } from '../database-command.ts';
import { dim, hasColors } from './colors.ts';
import { createEvaluator, Interrupted, linesOf, type Evaluator } from './evaluator.ts';
import { explainError, type Circumstances } from './explain-error.ts';
import { onlyRead } from './read-only.ts';
import { runScript } from './script.ts';
import { createShell, type Shell } from './shell-scope.ts';
import { isSilent, show } from './show.ts';
import { lineOf, watchStatements, withWatchedClient, type Statement } from './statements.ts';
import { talk } from './talk.ts';
import type { Paper } from './table.ts';

export type ShellOptions = DatabaseOptions & { eval?: string; json?: true; sql?: true; readOnly?: true };

/** Runs `--eval`, the interactive shell at a terminal, or the script on standard input. */
export async function runShell(options: ShellOptions): Promise<void> {
  await withDatabase(options, async (database) => {
    await requireUsable(database);
    await withShell(database, options, (shell, evaluator, stop) => work(shell, evaluator, stop, options));
  });
}

async function work(
  shell: Shell,
  evaluator: Evaluator,
  stop: AbortSignal,
  options: ShellOptions,
): Promise<void> {
  if (options.eval !== undefined) {
    const source = options.eval;
    await saying({ ...shell, isLong: linesOf(source.trim()).length > 1 }, async () => {
      writeLine(answer(await evaluator.evaluate(source), shell, options.json));
    });
  } else if (process.stdin.isTTY && process.stdout.isTTY) {
    const historyFile = join(workspaceRoot, '.latchkey', 'shell-history');
    const { stdin: input, stdout: output } = process;
    await talk(shell, evaluator, { input, output, paper: () => paper(200), historyFile, stop });
  } else {
    await saying({ ...shell, isLong: true }, () =>
      runScript(process.stdin, evaluator, stop, (value) => {
        if (!isSilent(value, shell)) writeLine(show(value, shell, paper()));
      }),
    );
  }
}

/** Opens the shell over a database, and leaves no session behind, also when it is told to stop. */
async function withShell(
  database: Database,
  { sql, readOnly }: ShellOptions,
  work: (shell: Shell, evaluator: Evaluator, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const config = readConfig(process.env);
  if (readOnly) await onlyRead(database);
  const stopWatching = sql && watchStatements(database, writeStatement);
  // Refused writes would be logged as mistakes of the API.
  const quiet = readOnly ? { ...config, logLevel: 'silent' as const } : config;
  const shown = sql ? withWatchedClient(database, writeStatement) : database;
  const shell = await createShell(shown, { config: quiet, application, readOnly: readOnly === true });
  const evaluator = createEvaluator(shell.scope, withSignals);
  const stopping = new AbortController();
  for (const [name, number] of signals) {
    process.once(name, () => {
      process.exitCode = 128 + number;
      stopping.abort();
      evaluator.interrupt();
    });
  }
  // Thrown when nobody waits, by a timer or a promise that was let go: perhaps while the shell ends, so there is no end to it.
  process.on('uncaughtException', (error: unknown) => {
    if (evaluator.interrupt(error)) return;
    process.stderr.write(`${explainError(error, shell)}\n`);
    process.exitCode ||= 1;
  });
  // Ten, as usual, are not enough to reach from within the ORM to the line that was typed.
  Error.stackTraceLimit = 50;
  // What is waited for may be nothing that keeps Node running.
  const staying = setInterval(() => undefined, 60_000);
  try {
    await work(shell, evaluator, stopping.signal);
  } finally {
    clearInterval(staying);
    evaluator.close();
    await shell.end();
    stopWatching?.();
  }
}

/** A terminal in raw mode, as a prompt needs it, makes of Ctrl-C a key and not a signal. */
function withSignals(run: () => void): void {
  const { stdin } = process;
  const wasRaw = stdin.isTTY && stdin.isRaw;
  if (wasRaw) stdin.setRawMode(false);
  try {
    run();
  } finally {
    if (wasRaw) stdin.setRawMode(true);
  }
}

const signals = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** Runs statements of a script, which ends at the first error. */
async function saying(circumstances: Circumstances, statements: () => Promise<void>): Promise<void> {
  try {
    await statements();
  } catch (error) {
    process.stderr.write(`${explainError(error, circumstances)}\n`);
    process.exitCode ||= error instanceof Interrupted ? 130 : 1;
  }
}

function answer(value: unknown, shell: Shell, asJson?: true): string {
  if (asJson) return json(value, shell);
  return typeof value === 'string' ? value : show(value, shell, paper());
}

/**
 * As JSON has it, without what is hidden; what it does not have is null, and a bigint a text.
 * @throws CommandError for what refers to itself
 */
function json(value: unknown, { entities }: Shell): string {
  const shown = (name: string, item: unknown) => {
    if (entities.isHidden(name)) return undefined;
    return typeof item === 'bigint' ? String(item) : item;
  };
  try {
    // Undefined for what JSON does not have, which its type does not say.
    const text = JSON.stringify(value, shown, 2) as string | undefined;
    return text ?? 'null';
  } catch (error) {
    if (!isCircular(error)) throw error;
    throw new CommandError(
      '--json: found a value that refers to itself, which JSON does not have. Print a part of it, or leave out --json.',
    );
  }
}

const isCircular = (error: unknown) =>
  error instanceof TypeError && error.message.startsWith('Converting circular structure');

/** As wide as the terminal, or as COLUMNS says; a file and a pipe have room for everything. */
function paper(height = Infinity): Paper {
  const { columns, isTTY } = process.stdout;
  const width = Number(process.env.COLUMNS) || (isTTY ? columns : Infinity);
  return { width, height, colors: hasColors(process.stdout) };
}

function writeStatement(statement: Statement): void {
  process.stderr.write(`${dim(lineOf(statement), hasColors(process.stderr))}\n`);
}
