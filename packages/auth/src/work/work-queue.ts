import { BusyError } from '../busy-error.ts';

/** How long the caller of a queue waits. Without `startBy`, it waits for as long as it takes. */
export type WaitLimits = {
  /** Aborted when the result is no longer needed, for example because the client has closed its connection. */
  signal?: AbortSignal | undefined;
  /** The latest time to begin, as `performance.now()` has it. */
  startBy?: number | undefined;
};

/** Runs work for a processor, a few pieces at a time, in the order in which they were added. */
export type WorkQueue = {
  /**
   * Runs a piece of work. After its signal was aborted, it is not begun.
   * @throws BusyError at once if too many wait or it would begin too late; later if it has not begun in time
   * @throws the reason of the signal
   */
  run<T>(work: () => Promise<T>, limits?: WaitLimits): Promise<T>;
};

export type WorkQueueOptions = {
  /** How many pieces run at the same time. */
  concurrency: number;
  /** How many pieces may wait. Does not apply to callers without `startBy`. */
  maxWaiting: number;
};

export function createWorkQueue({ concurrency, maxWaiting }: WorkQueueOptions): WorkQueue {
  const waiting = new Set<() => void>();
  let running = 0;
  /** How long a piece takes: a moving average, in milliseconds. */
  let usualMs = 0;

  return {
    async run(work, limits = {}) {
      limits.signal?.throwIfAborted();
      if (running < concurrency) running += 1;
      else await turn(limits);

      const begunAt = performance.now();
      try {
        return await work();
      } finally {
        usualMs += (performance.now() - begunAt - usualMs) / 8;
        // The place goes to the next piece, or becomes free.
        const [begin] = waiting;
        if (begin) begin();
        else running -= 1;
      }
    },
  };

  function turn({ signal, startBy }: WaitLimits): Promise<void> {
    const remainingMs = startBy === undefined ? Infinity : startBy - performance.now();
    const expectedMs = (usualMs * (waiting.size + 1)) / concurrency;
    if (startBy !== undefined && (waiting.size >= maxWaiting || expectedMs > remainingMs)) {
      return Promise.reject(new BusyError());
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        leave();
        resolve();
      };
      const onAbort = () => {
        leave();
        // The cast: an AbortSignal that a server creates has an error as its reason.
        reject(signal?.reason as Error);
      };
      const leave = () => {
        waiting.delete(begin);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const onTooLate = () => {
        leave();
        reject(new BusyError());
      };
      const timer = startBy === undefined ? undefined : setTimeout(onTooLate, remainingMs);
      signal?.addEventListener('abort', onAbort);
      waiting.add(begin);
    });
  }
}
