import { once } from 'node:events';
import { Recoverable, start, type REPLServer } from 'node:repl';
import { completion } from './completion.ts';
import { linesOf, Unfinished, type Evaluator } from './evaluator.ts';
import { explainError } from './explain-error.ts';
import { keepHistory, prepareHistory } from './history.ts';
import { names } from './names.ts';
import type { Shell } from './shell-scope.ts';
import { isSilent, show } from './show.ts';
import type { Paper } from './table.ts';

export type Terminal = {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream & { columns?: number };
  /** Asked anew for every value: a window may become wider. */
  paper: () => Paper;
  historyFile: string;
  /** Ends it from outside. */
  stop: AbortSignal;
};

/** Talks with somebody at a terminal, until they leave. */
export async function talk(shell: Shell, evaluator: Evaluator, terminal: Terminal): Promise<void> {
  const { input, output, paper, historyFile, stop } = terminal;
  output.write(`${greeting(shell)}\n`);

  prepareHistory(historyFile);
  let turn: Promise<void> = Promise.resolve();
  const repl = start({
    prompt,
    input,
    output,
    terminal: true,
    // The evaluator has its names there.
    useGlobal: true,
    ignoreUndefined: true,
    preview: false,
    completer: completion(shell, evaluator),
    writer: (value: unknown) => show(value, shell, paper()),
    eval(source, _context, _file, done) {
      // One after the other, also when somebody types on while they wait.
      turn = turn.then(async () => {
        try {
          const value = await evaluator.evaluate(source);
          done(null, isSilent(value, shell) ? undefined : value);
        } catch (error) {
          if (error instanceof Unfinished) {
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
    help: 'What is in scope; with the name of an entity, its fields',
    action(word) {
      output.write(`${names(shell, word.trim(), paper())}\n`);
      this.displayPrompt();
    },
  });
  keepHistory(repl, historyFile);
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
    `${readOnly ? 'Nothing can be written. ' : ''}Await works; .names and .help say more; .exit ends.`,
  ].join('\n');
}

/** Ctrl-C stops what is going on, if there is something; else it does what it does in Node: cancel the line, or leave. */
function interruptFirst(repl: REPLServer, evaluator: Evaluator): void {
  const listeners = repl.listeners('SIGINT');
  repl.removeAllListeners('SIGINT');
  repl.on('SIGINT', () => {
    if (evaluator.interrupt()) return;
    for (const listener of listeners) Reflect.apply(listener, repl, []);
  });
}
