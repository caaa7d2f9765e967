import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers';

/** The database did not answer in time. */
export class NoAnswerError extends Error {
  readonly code = 'NO_ANSWER';
  /** Whether the statement was sent, so that it may have been executed. */
  readonly wasSent: boolean;

  constructor({ wasSent }: { wasSent: boolean }) {
    super('The database did not answer in time.');
    this.name = 'NoAnswerError';
    this.wasSent = wasSent;
  }
}

/** The time that the statements of a request may take together. Only time spent waiting for the database counts. */
export type DatabaseTime = {
  /** Milliseconds that are left. */
  left(): number;
  /** Counts until the returned function is called. Statements that run at the same time count once. */
  start(): () => void;
  /** Ends it, so that no more statement is sent. */
  end(): void;
};

export function createDatabaseTime(ms: number): DatabaseTime {
  let left = ms;
  let running = 0;
  let since = 0;
  const update = () => {
    const now = performance.now();
    if (running > 0) left -= now - since;
    since = now;
  };
  return {
    left() {
      update();
      return left;
    },
    start() {
      update();
      running += 1;
      return () => {
        update();
        running -= 1;
      };
    },
    end() {
      left = -Infinity;
    },
  };
}

/** A call of a request: the time it may take, and whether it has changed data. */
export type DatabaseCall = { readonly time: DatabaseTime; hasWritten: boolean };

const calls = new AsyncLocalStorage<DatabaseCall | null>();

/** Runs a call of a request, whose statements fail when the request has no time left. */
export const runDatabaseCall = <T>(call: DatabaseCall, work: () => Promise<T>): Promise<T> =>
  calls.run(call, work);

/** Runs work that does not belong to the current request, like a background job that it starts. */
export const outsideDatabaseCall = <T>(work: () => T): T => calls.run(null, work);

/** Notes that the current call has changed data. */
export function noteWrite(): void {
  const call = calls.getStore();
  if (call) call.hasWritten = true;
}

/** A statement with a time limit. */
type Statement = {
  isAbandoned: boolean;
  wasSent: boolean;
  /** Closes the connection on which it runs. */
  closeConnection: () => void;
};

const statements = new AsyncLocalStorage<Statement>();

/** Whether the time of the current statement has ended: its caller has an error, so it must not be sent. */
export const isAbandoned = (): boolean => statements.getStore()?.isAbandoned === true;

/** Notes that the current statement is being sent. @param closeConnection called when its time has ended */
export function noteSent(closeConnection: () => void): void {
  const statement = statements.getStore();
  if (!statement) return;
  statement.wasSent = true;
  statement.closeConnection = closeConnection;
}

export type Limit = {
  /** Milliseconds for one statement, waiting for a connection included; null for no limit of its own. */
  ms: number | null;
  /** Milliseconds that it gets even if the request has no time left. */
  minMs?: number;
};

/**
 * Runs a statement within its own time limit and that of its request. When it ends, its connection is closed.
 * @throws NoAnswerError
 */
export async function withTimeLimit<T>({ ms, minMs = 0 }: Limit, work: () => Promise<T>): Promise<T> {
  const time = calls.getStore()?.time;
  const limit = Math.min(ms ?? Infinity, Math.max(time?.left() ?? Infinity, minMs));
  if (limit === Infinity) return work();
  if (limit <= 0) throw new NoAnswerError({ wasSent: false });

  const statement: Statement = { isAbandoned: false, wasSent: false, closeConnection: () => undefined };
  const stopCounting = time?.start();
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const abandon = () => {
    statement.isAbandoned = true;
    statement.closeConnection();
    reject(new NoAnswerError(statement));
  };
  // An answer that arrived while the process was busy is read before the immediate.
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (immediate = setImmediate(abandon)), limit);
  try {
    return await Promise.race([statements.run(statement, work), timeout]);
  } finally {
    clearTimeout(timer);
    clearImmediate(immediate);
    stopCounting?.();
  }
}
