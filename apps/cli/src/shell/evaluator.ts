import { Session, type Runtime } from 'node:inspector';
import { isPromise } from 'node:util/types';
import { promiseHooks } from 'node:v8';
import { Script } from 'node:vm';

/** The input is valid so far, but incomplete. */
export class IncompleteInput extends Error {
  readonly reason = 'incomplete_input';
  override message = 'SyntaxError: Unexpected end of input';
}

/** The input is not valid JavaScript. */
export class InvalidSyntax extends Error {
  readonly reason = 'invalid_syntax';
  readonly position: Position;

  constructor(message: string, position: Position) {
    super(`SyntaxError: ${message}`);
    this.position = position;
  }
}

/** A position in the input. Both numbers count from 1. */
export type Position = { line: number; column: number };

/** The statements were interrupted with Ctrl-C. */
export class Interrupted extends Error {
  readonly reason = 'interrupted';
  override message = 'Interrupted.';
}

export type Evaluator = {
  /**
   * Runs statements with top-level `await`, and awaits the last value. Their declarations stay in scope.
   * @returns the value of the last statement
   * @throws IncompleteInput, InvalidSyntax, and what the statements throw
   */
  evaluate(source: string): Promise<unknown>;
  /**
   * Checks the syntax of a program and hoists its functions, but runs no statement of it: they are evaluated one by one.
   * @throws IncompleteInput, InvalidSyntax
   */
  declare(program: string): Promise<void>;
  /** The value of an expression; undefined if evaluating it would have a side effect. */
  peek(expression: string): unknown;
  /** The names declared with `const`, `let` and `class`. */
  declared(): string[];
  /**
   * Stops waiting for the running evaluation, which then throws an error.
   * @param error Interrupted by default
   * @returns whether an evaluation was running
   */
  interrupt(error?: unknown): boolean;
  close(): void;
};

/**
 * Evaluates in this process like a browser's console: in V8's REPL mode, which allows top-level `await` and repeated
 * declarations. It is reached through the inspector protocol.
 * @param scope the names in scope until the evaluator is closed
 * @param withSignals wraps the synchronous part, which only a signal can interrupt: a terminal in raw mode sends none
 */
export function createEvaluator(
  scope: Record<string, unknown>,
  withSignals: (run: () => void) => void = (run) => run(),
): Evaluator {
  const session = new Session();
  session.connect();
  const uninstall = install({ ...scope, [receiver]: undefined, [runner]: undefined });
  const held = new Set<unknown>();
  let stopWaiting: ((error: unknown) => void) | undefined;

  /** Resolves a remote object of the protocol to the value in this process. */
  const valueOf = (remote: Runtime.RemoteObject): unknown => {
    let value: unknown;
    put(receiver, (given: unknown) => {
      value = given;
      // Its rejection is handled by the caller, which awaits it later.
      if (isPromise(given)) given.catch(() => undefined);
    });
    const { objectId, unserializableValue } = remote;
    const functionDeclaration = `function (value) { globalThis[Symbol.for('${receiver.description ?? ''}')](value); }`;
    const argument = objectId
      ? { objectId }
      : unserializableValue
        ? { unserializableValue }
        : { value: remote.value as unknown };
    // The call is synchronous: the session is connected to its own thread.
    session.post('Runtime.callFunctionOn', {
      functionDeclaration,
      arguments: [argument],
      objectId: hereId,
    });
    return value;
  };

  /** Evaluates under Node's SIGINT watchdog: an endless loop before the first `await` can be interrupted. */
  const start = (source: string): Promise<Runtime.EvaluateReturnType> => {
    const { promise, resolve, reject } = Promise.withResolvers<Runtime.EvaluateReturnType>();
    const parameters = { expression: source, replMode: true, awaitPromise: true, objectGroup };
    put(runner, () => {
      session.post(
        'Runtime.evaluate',
        parameters,
        (error: Error | null, answer: Runtime.EvaluateReturnType) => {
          if (!error) resolve(answer);
          else reject(error.message.includes('terminated') ? new Interrupted() : error);
        },
      );
    });
    const { stopLooking, release } = holdFirstPromise(held);
    try {
      withSignals(() => {
        watched.runInThisContext({ breakOnSigint: true });
      });
    } catch {
      reject(new Interrupted());
    } finally {
      stopLooking();
    }
    return promise.finally(release);
  };

  const run = async (source: string, prefix = ''): Promise<unknown> => {
    const { result, exceptionDetails } = await start(prefix + source);
    const value = valueOf(exceptionDetails?.exception ?? result);
    session.post('Runtime.releaseObjectGroup', { objectGroup });
    if (!exceptionDetails) return value;
    if (!isParserError(value)) throw value;
    if (isIncompleteInput(value, exceptionDetails, prefix + source)) throw new IncompleteInput();
    const { lineNumber, columnNumber } = exceptionDetails;
    const column = columnNumber + 1 - (lineNumber === 0 ? prefix.length : 0);
    throw new InvalidSyntax(value.message, { line: lineNumber + 1, column });
  };

  const hereId = readGlobalThisId(session);
  return {
    async evaluate(source) {
      const interruption = new Promise<never>((_, reject) => {
        stopWaiting = reject;
      });
      try {
        return await Promise.race([asExpression(source, run), interruption]);
      } catch (error) {
        throw withTypedFrame(error, source);
      } finally {
        stopWaiting = undefined;
      }
    },

    async declare(program) {
      // All declarations are hoisted before the first statement runs.
      await run(program, 'throw 0;').catch((error: unknown) => {
        if (error !== 0) throw error;
      });
    },

    peek(expression) {
      let value: unknown;
      // Not in REPL mode, which is asynchronous.
      const parameters = { expression, throwOnSideEffect: true, objectGroup };
      session.post(
        'Runtime.evaluate',
        parameters,
        (error: Error | null, answer: Runtime.EvaluateReturnType) => {
          if (!error && !answer.exceptionDetails) value = valueOf(answer.result);
        },
      );
      return value;
    },

    declared() {
      let names: string[] = [];
      session.post('Runtime.globalLexicalScopeNames', {}, (error, answer) => {
        if (!error) ({ names } = answer);
      });
      return names;
    },

    interrupt(error = new Interrupted()) {
      const wasRunning = stopWaiting !== undefined;
      stopWaiting?.(error);
      return wasRunning;
    },

    close() {
      uninstall();
      // Deferred: the caller may be inside a callback of the session.
      setImmediate(() => {
        session.disconnect();
      });
    },
  };
}

const objectGroup = 'shell';
const receiver = Symbol.for('latchkey.shell.receiver');
const runner = Symbol.for('latchkey.shell.runner');
const watched = new Script(`globalThis[Symbol.for('${runner.description ?? ''}')]()`);

/**
 * Keeps a reference to the promise of the next evaluation. If a promise that can never settle (`await new Promise(() => {})`)
 * were garbage-collected, the inspector would report that during the collection, which ends the process in Node 24.
 */
function holdFirstPromise(held: Set<unknown>): { stopLooking: () => void; release: () => void } {
  let first: unknown;
  // The cast: the return type is declared as Function.
  const stopLooking = promiseHooks.onInit((promise) => {
    first ??= promise;
    held.add(first);
  }) as () => void;
  return {
    stopLooking,
    release: () => void held.delete(first),
  };
}

/** Evaluates `{ a: 1 }` as an object if possible, and not as a block. */
async function asExpression(source: string, run: (source: string) => Promise<unknown>): Promise<unknown> {
  if (!/^\s*\{[^]*\}\s*;?\s*$/.test(source)) return run(source);
  try {
    return await run(`(${source.replace(/;\s*$/, '')}\n)`);
  } catch (error) {
    if (error instanceof IncompleteInput || error instanceof InvalidSyntax) return run(source);
    throw error;
  }
}

/** Whether the parser threw it, before anything ran: a SyntaxError thrown by the statements has them in its stack. */
const isParserError = (error: unknown): error is SyntaxError =>
  error instanceof SyntaxError &&
  /^\s+at Session\.post /m.exec(error.stack ?? '')?.index === firstFrame(error);

const firstFrame = ({ stack = '' }: Error) => /^\s+at /m.exec(stack)?.index;

/** Stack frames of the evaluated input. */
export const typedFrame = /^\s+at (.*\()?(async )?<anonymous>:\d+:\d+\)?$/m;

/** Adds a frame of the input to the stack of an error that has none, like the rejection of a promise that is not awaited. */
function withTypedFrame(error: unknown, source: string): unknown {
  if (!(error instanceof Error) || typedFrame.test(error.stack ?? '')) return error;
  const before = linesOf(/^\s*/.exec(source)?.[0] ?? '');
  const frame = `    at async <anonymous>:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  Reflect.set(error, 'stack', `${error.stack ?? String(error)}\n${frame}`);
  return error;
}

/** Whether the syntax error is at the end of the input, so that more input could complete it. */
function isIncompleteInput(
  { message }: SyntaxError,
  details: Runtime.ExceptionDetails,
  source: string,
): boolean {
  if (message === 'Unexpected end of input') return true;
  const { lineNumber, columnNumber } = details;
  if (message === 'Invalid or unexpected token') {
    const line = linesOf(source)[lineNumber] ?? '';
    return line.startsWith('/*', columnNumber);
  }
  const lines = linesOf(source.trimEnd());
  const isAtEnd = lineNumber === lines.length - 1 && columnNumber >= (lines.at(-1) ?? '').length - 1;
  return isAtEnd && message === 'missing ) after argument list' && !source.trimEnd().endsWith(')');
}

/** Also splits at carriage returns, with which Node's prompt ends lines. */
export const linesOf = (source: string) => source.split(/\r\n?|\n/);

/** Identifies the context of this module, in which the protocol calls functions. */
function readGlobalThisId(session: Session): string {
  let id: string | undefined;
  session.post('Runtime.evaluate', { expression: 'globalThis' }, (error, { result }) => {
    if (!error) id = result.objectId;
  });
  return id ?? '';
}

/** Defines the names of the scope as globals, which is the only scope of evaluated statements. */
function install(scope: Record<string | symbol, unknown>): () => void {
  for (const name of Reflect.ownKeys(scope)) put(name, scope[name]);
  return () => {
    for (const name of Reflect.ownKeys(scope)) Reflect.deleteProperty(globalThis, name);
  };
}

function put(name: string | symbol, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: true });
}
