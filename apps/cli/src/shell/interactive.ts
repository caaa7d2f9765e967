import { once } from 'node:events';
import { Recoverable, start, type REPLServer } from 'node:repl';
import { completion } from './completion.ts';
import { IncompleteInput, linesOf, type Evaluator } from './evaluator.ts';
import { explainError } from './explain-error.ts';
import { prepareHistory, saveHistory } from './history.ts';
import { names } from './names.ts';
import type { Shell } from './shell-scope.ts';
import { isSilent, show } from './show.ts';
import type { OutputFormat } from './table.ts';

export type Terminal = {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream & { columns?: number };
  /** Called for each value: the window may be resized. */
  format: () => OutputFormat;
  historyFile: string;
  /** Closes the shell. */
  stop: AbortSignal;
};

/** Runs the interactive shell at a terminal, until the user leaves. */
export async function runInteractive(shell: Shell, evaluator: Evaluator, terminal: Terminal): Promise<void> {
  const { input, output, format, historyFile, stop } = terminal;
  output.write(`${greeting(shell)}\n`);

  prepareHistory(historyFile);
  let turn: Promise<void> = Promise.resolve();
  const repl = start({
    prompt,
    input,
    output,
    terminal: true,
    // The evaluator defines its names as globals.
    useGlobal: true,
    ignoreUndefined: true,
    preview: false,
    completer: completion(shell, evaluator),
    writer: (value: unknown) => show(value, shell, format()),
    eval(source, _context, _file, done) {
      // One after the other, also when input is typed during an evaluation.
      turn = turn.then(async () => {
        try {
          const value = await evaluator.evaluate(source);
          done(null, isSilent(value, shell) ? undefined : value);
        } catch (error) {
          if (error instanceof IncompleteInput) {
            done(new Recoverable(error), undefined);
            return;
          }
          const isLong = linesOf(source.trim()).length > 1;
          output.write(`${explainError(error, { ...shell, isLong })}\n`);
          done(null, undefined);
        }
      });
    },
  });
  const left = once(repl, 'exit');
  stop.addEventListener('abort', () => {
    repl.close();
  });
  interruptFirst(repl, evaluator);
  repl.defineCommand('names', {
    help: 'List the names in scope, or the fields of an entity: .names User',
    action(word) {
      output.write(`${names(shell, word.trim(), format())}\n`);
      this.displayPrompt();
    },
  });
  saveHistory(repl, historyFile);
  await left;
  evaluator.interrupt();
  await turn;
}

export const prompt = 'latchkey> ';

function greeting({ entities, scope, readOnly }: Shell): string {
  const inScope = Object.keys(scope).filter((name) => !(name in entities.byName));
  return [
    `In scope: ${Object.keys(entities.byName).join(', ')};`,
    `${inScope.join(', ')}.`,
    `${readOnly ? 'Read-only. ' : ''}Top-level await works. Type .names or .help for more, .exit to leave.`,
  ].join('\n');
}

/** Ctrl-C interrupts a running evaluation. Without one it acts as in Node: it cancels the line, or leaves. */
function interruptFirst(repl: REPLServer, evaluator: Evaluator): void {
  const listeners = repl.listeners('SIGINT');
  repl.removeAllListeners('SIGINT');
  repl.on('SIGINT', () => {
    if (evaluator.interrupt()) return;
    for (const listener of listeners) Reflect.apply(listener, repl, []);
  });
}
