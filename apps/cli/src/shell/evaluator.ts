import { Session, type Runtime } from 'node:inspector';
import { isPromise } from 'node:util/types';
import { promiseHooks } from 'node:v8';
import { Script } from 'node:vm';

/** Input that is right so far, and goes on in the next line. */
export class Unfinished extends Error {
  readonly reason = 'unfinished';
  override message = 'SyntaxError: There is more to come.';
}

/** What somebody has stopped with Ctrl-C. */
export class Interrupted extends Error {
  readonly reason = 'interrupted';
  override message = 'Interrupted.';
}

export type Evaluator = {
  /**
   * Runs statements, in which `await` may be used; names that they declare stay. A promise is waited for.
   * @returns the value of the last statement
   * @throws Unfinished when there is more to come; whatever the statements throw
   */
  evaluate(source: string): Promise<unknown>;
  /** The value of an expression, if working it out changes nothing; else undefined. */
  peek(expression: string): unknown;
  /** The names that were declared with `const`, `let` and `class`. */
  declared(): string[];
  /** Gives up waiting for what is being evaluated. @returns whether there was something */
  interrupt(): boolean;
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
  let stopWaiting: ((error: Interrupted) => void) | undefined;

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

  const run = async (source: string): Promise<unknown> => {
    const { result, exceptionDetails } = await start(source);
    const value = valueOf(exceptionDetails?.exception ?? result);
    session.post('Runtime.releaseObjectGroup', { objectGroup });
    if (!exceptionDetails) return value;
    if (isUnfinished(value, exceptionDetails, source)) throw new Unfinished();
    throw value;
  };

  const hereId = idOfGlobalThis(session);
  return {
    async evaluate(source) {
      const interruption = new Promise<never>((_, reject) => {
        stopWaiting = reject;
      });
      try {
        return await Promise.race([asExpression(source, run), interruption]);
      } finally {
        stopWaiting = undefined;
      }
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

    interrupt() {
      const wasRunning = stopWaiting !== undefined;
      stopWaiting?.(new Interrupted());
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
    if (error instanceof Unfinished || isOfTheParser(error)) return run(source);
    throw error;
  }
}

/** Whether nothing has run yet: an error of the statements' own has them in its stack. */
const isOfTheParser = (error: unknown) =>
  error instanceof SyntaxError &&
  /^\s+at Session\.post /m.exec(error.stack ?? '')?.index === firstFrame(error);

const firstFrame = ({ stack = '' }: Error) => /^\s+at /m.exec(stack)?.index;

/** Whether the parser came to the end and wanted more. */
function isUnfinished(error: unknown, details: Runtime.ExceptionDetails, source: string): boolean {
  if (!(error instanceof SyntaxError)) return false;
  if (error.message === 'Unexpected end of input') return true;
  const lines = source.trimEnd().split('\n');
  const isAtEnd =
    details.lineNumber === lines.length - 1 && details.columnNumber >= (lines.at(-1) ?? '').length - 1;
  return isAtEnd && error.message === 'missing ) after argument list' && !source.trimEnd().endsWith(')');
}

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
