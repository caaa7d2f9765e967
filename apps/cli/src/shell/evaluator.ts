import { Session, type Runtime } from 'node:inspector';
import { isPromise } from 'node:util/types';
import { promiseHooks } from 'node:v8';
import { Script } from 'node:vm';

/** Input that is right so far, and goes on in the next line. */
export class Unfinished extends Error {
  readonly reason = 'unfinished';
  override message = 'SyntaxError: There is more to come.';
}

/** What is no JavaScript. */
export class Unparsable extends Error {
  readonly reason = 'unparsable';
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(`SyntaxError: ${message}`);
    this.place = place;
  }
}

/** Where something stands in what was typed; both count from 1. */
export type Place = { line: number; column: number };

/** What somebody has stopped with Ctrl-C. */
export class Interrupted extends Error {
  readonly reason = 'interrupted';
  override message = 'Interrupted.';
}

export type Evaluator = {
  /**
   * Runs statements, in which `await` may be used; names that they declare stay. A promise is waited for.
   * @returns the value of the last statement
   * @throws Unfinished when there is more to come; Unparsable; whatever the statements throw
   */
  evaluate(source: string): Promise<unknown>;
  /**
   * Reads a whole program whose statements are to be evaluated one after the other, and runs none of them. Its functions can
   * be called from then on, also above the place where they stand.
   * @throws Unfinished when there is more to come; Unparsable
   */
  declare(program: string): Promise<void>;
  /** The value of an expression, if working it out changes nothing; else undefined. */
  peek(expression: string): unknown;
  /** The names that were declared with `const`, `let` and `class`. */
  declared(): string[];
  /**
   * Gives up waiting for what is being evaluated.
   * @param error what it fails with instead; Interrupted by default
   * @returns whether there was something
   */
  interrupt(error?: unknown): boolean;
  close(): void;
};

/**
 * Evaluates in this process, as a browser's console does: V8 has a mode for it, reached by the inspector's protocol, that
 * knows `await`, and lets a name be declared a second time.
 * @param scope what is in reach by name, until the evaluator is closed
 * @param attended runs what cannot be interrupted but by a signal, up to the first `await`: a terminal in raw mode sends none
 */
export function createEvaluator(
  scope: Record<string, unknown>,
  attended: (run: () => void) => void = (run) => run(),
): Evaluator {
  const session = new Session();
  session.connect();
  const uninstall = install({ ...scope, [receiver]: undefined, [runner]: undefined });
  const held = new Set<unknown>();
  let stopWaiting: ((error: unknown) => void) | undefined;

  /** The value itself, where the protocol has only its description. */
  const valueOf = (remote: Runtime.RemoteObject): unknown => {
    let value: unknown;
    put(receiver, (given: unknown) => {
      value = given;
      // A promise that fails is told of by whoever waits for it, which is soon.
      if (isPromise(given)) given.catch(() => undefined);
    });
    const { objectId, unserializableValue } = remote;
    const functionDeclaration = `function (value) { globalThis[Symbol.for('${receiver.description ?? ''}')](value); }`;
    const argument = objectId
      ? { objectId }
      : unserializableValue
        ? { unserializableValue }
        : { value: remote.value as unknown };
    // The answer comes at once: it is the same thread.
    session.post('Runtime.callFunctionOn', {
      functionDeclaration,
      arguments: [argument],
      objectId: hereId,
    });
    return value;
  };

  /** Runs it under the eye of a watchdog: the first part, up to the first `await`, may be a loop without an end. */
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
      attended(() => {
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
    if (!isOfTheParser(value)) throw value;
    if (isUnfinished(value, exceptionDetails, prefix + source)) throw new Unfinished();
    const { lineNumber, columnNumber } = exceptionDetails;
    const column = columnNumber + 1 - (lineNumber === 0 ? prefix.length : 0);
    throw new Unparsable(value.message, { line: lineNumber + 1, column });
  };

  const hereId = idOfGlobalThis(session);
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
      // Its declarations are made before its first statement runs.
      await run(program, 'throw 0;').catch((error: unknown) => {
        if (error !== 0) throw error;
      });
    },

    peek(expression) {
      let value: unknown;
      // Not in the mode for statements, which answers later.
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
      // Later: this may be called from within an answer of the session.
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
 * Holds the promise of what runs next. Were it collected, because nothing can settle it any more (`await new Promise(() => {})`),
 * the inspector would tell so while garbage is collected, where Node 24 cannot listen: it ends the process.
 * @returns what stops looking for it, and what lets it go again
 */
function holdFirstPromise(held: Set<unknown>): { stopLooking: () => void; release: () => void } {
  let first: unknown;
  // The cast: the types say Function.
  const stopLooking = promiseHooks.onInit((promise) => {
    first ??= promise;
    held.add(first);
  }) as () => void;
  return {
    stopLooking,
    release: () => void held.delete(first),
  };
}

/** `{ a: 1 }` is an object here, and not a block, if it can be one. */
async function asExpression(source: string, run: (source: string) => Promise<unknown>): Promise<unknown> {
  if (!/^\s*\{[^]*\}\s*;?\s*$/.test(source)) return run(source);
  try {
    return await run(`(${source.replace(/;\s*$/, '')}\n)`);
  } catch (error) {
    if (error instanceof Unfinished || error instanceof Unparsable) return run(source);
    throw error;
  }
}

/** Whether nothing has run yet: an error of the statements' own has them in its stack. */
const isOfTheParser = (error: unknown): error is SyntaxError =>
  error instanceof SyntaxError &&
  /^\s+at Session\.post /m.exec(error.stack ?? '')?.index === firstFrame(error);

const firstFrame = ({ stack = '' }: Error) => /^\s+at /m.exec(stack)?.index;

/** Frames of what was typed. */
export const typedFrame = /^\s+at (.*\()?(async )?<anonymous>:\d+:\d+\)?$/m;

/** A promise that nobody in the statements waits for has no way back to them in its stack, so it gets one. */
function withTypedFrame(error: unknown, source: string): unknown {
  if (!(error instanceof Error) || typedFrame.test(error.stack ?? '')) return error;
  const before = linesOf(/^\s*/.exec(source)?.[0] ?? '');
  const frame = `    at async <anonymous>:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  Reflect.set(error, 'stack', `${error.stack ?? String(error)}\n${frame}`);
  return error;
}

/** Whether the parser came to the end and wanted more. */
function isUnfinished({ message }: SyntaxError, details: Runtime.ExceptionDetails, source: string): boolean {
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

/** Node's prompt ends lines with a carriage return. */
export const linesOf = (source: string) => source.split(/\r\n?|\n/);

/** By it the protocol knows in which context a function is to be called: in the one of this module. */
function idOfGlobalThis(session: Session): string {
  let id: string | undefined;
  session.post('Runtime.evaluate', { expression: 'globalThis' }, (error, { result }) => {
    if (!error) id = result.objectId;
  });
  return id ?? '';
}

/** Names reach the statements as globals: there is no other way to come between them. */
function install(scope: Record<string | symbol, unknown>): () => void {
  for (const name of Reflect.ownKeys(scope)) put(name, scope[name]);
  return () => {
    for (const name of Reflect.ownKeys(scope)) Reflect.deleteProperty(globalThis, name);
  };
}

function put(name: string | symbol, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: true });
}
