import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { application } from '@latchkey/api';
import { readConfig, workspaceRoot } from '@latchkey/config';
import type { Database } from '@latchkey/db';
import { requireUsable } from '@latchkey/migrator/require-usable';
import { CommandError } from '../command-error.ts';
import { printLine } from '../command-line.ts';
import { type DatabaseOptions, withDatabase } from '../database-command.ts';
import { dim, hasColors } from './colors.ts';
import { createEvaluator, Interrupted, linesOf, type Evaluator } from './evaluator.ts';
import { explainError, type Circumstances } from './explain-error.ts';
import { makeReadOnly } from './read-only.ts';
import { runScript } from './script.ts';
import { createShell, type Shell } from './shell-scope.ts';
import { isSilent, show } from './show.ts';
import { lineOf, watchStatements, withWatchedClient, type Statement } from './watch-statements.ts';
import { runInteractive } from './interactive.ts';
import type { OutputFormat } from './table.ts';

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
    await reportingErrors({ ...shell, isLong: linesOf(source.trim()).length > 1 }, async () => {
      printLine(answer(await evaluator.evaluate(source), shell, options.json));
    });
  } else if (process.stdin.isTTY && process.stdout.isTTY) {
    const historyFile = join(workspaceRoot, '.latchkey', 'shell-history');
    const { stdin: input, stdout: output } = process;
    await runInteractive(shell, evaluator, {
      input,
      output,
      format: () => outputFormat(200),
      historyFile,
      stop,
    });
  } else {
    await reportingErrors({ ...shell, isLong: true }, () =>
      runScript(process.stdin, evaluator, stop, (value) => {
        if (!isSilent(value, shell)) printLine(show(value, shell, outputFormat()));
      }),
    );
  }
}

/** Opens the shell on a database. Its sessions are ended when the work ends, fails, or is stopped by a signal. */
async function withShell(
  database: Database,
  { sql, readOnly }: ShellOptions,
  work: (shell: Shell, evaluator: Evaluator, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const config = readConfig(process.env);
  if (readOnly) await makeReadOnly(database);
  const stopWatching = sql && watchStatements(database, writeStatement);
  // The API would log each refused write as an error.
  const quiet = readOnly ? { ...config, logLevel: 'silent' as const } : config;
  const shown = sql ? withWatchedClient(database, writeStatement) : database;
  const shell = await createShell(shown, { config: quiet, application, readOnly: readOnly === true });
  const evaluator = createEvaluator(shell.scope, withSignals);
  const stopping = new AbortController();
  let isEnding = false;
  let hasEnded = false;
  for (const [name, number] of signals) {
    process.once(name, () => {
      process.exitCode = 128 + number;
      stopping.abort();
      evaluator.interrupt();
    });
  }
  // Thrown by a timer or a promise that is not awaited. Not removed later: it may be thrown while the shell ends.
  process.on('uncaughtException', (error: unknown) => {
    if (evaluator.interrupt(error)) return;
    // What the statements left unfinished fails because the shell ends: their own error is the only one to report.
    if (hasEnded || (isEnding && process.exitCode)) return;
    process.stderr.write(`${explainError(error, shell)}\n`);
    process.exitCode ||= 1;
  });
  // The default of ten frames does not reach from the ORM to the input.
  Error.stackTraceLimit = 50;
  // A pending promise alone does not keep Node running.
  const keepAlive = setInterval(() => undefined, 60_000);
  try {
    await work(shell, evaluator, stopping.signal);
  } finally {
    // In the next turn of the event loop, the errors of promises that are not awaited have been thrown.
    isEnding = true;
    await setImmediate();
    clearInterval(keepAlive);
    evaluator.close();
    await shell.end();
    hasEnded = true;
    stopWatching?.();
  }
}

/** Leaves the raw mode of the prompt, in which Ctrl-C is a key and not a signal. */
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

/** Runs statements, prints an error of them, and sets the exit code. */
async function reportingErrors(circumstances: Circumstances, statements: () => Promise<void>): Promise<void> {
  try {
    await statements();
  } catch (error) {
    process.stderr.write(`${explainError(error, circumstances)}\n`);
    process.exitCode ||= error instanceof Interrupted ? 130 : 1;
  }
}

function answer(value: unknown, shell: Shell, asJson?: true): string {
  if (asJson) return json(value, shell);
  return typeof value === 'string' ? value : show(value, shell, outputFormat());
}

/**
 * JSON without hidden fields. Values that JSON cannot represent are null, a bigint is a string.
 * @throws CommandError for a circular reference
 */
function json(value: unknown, { entities }: Shell): string {
  const shown = (name: string, item: unknown) => {
    if (entities.isHidden(name)) return undefined;
    return typeof item === 'bigint' ? String(item) : item;
  };
  try {
    // The cast: its type does not show that it returns undefined for values that JSON cannot represent.
    const text = JSON.stringify(value, shown, 2) as string | undefined;
    return text ?? 'null';
  } catch (error) {
    if (!isCircular(error)) throw error;
    throw new CommandError(
      '--json: found a circular reference, which JSON cannot represent. Print a part of the value, or leave out --json.',
    );
  }
}

const isCircular = (error: unknown) =>
  error instanceof TypeError && error.message.startsWith('Converting circular structure');

/** As wide as the terminal or COLUMNS. The output to a file or pipe is not limited. */
function outputFormat(maxRows = Infinity): OutputFormat {
  const { columns, isTTY } = process.stdout;
  const width = Number(process.env.COLUMNS) || (isTTY ? columns : Infinity);
  return { width, maxRows, colors: hasColors(process.stdout) };
}

function writeStatement(statement: Statement): void {
  process.stderr.write(`${dim(lineOf(statement), hasColors(process.stderr))}\n`);
}
