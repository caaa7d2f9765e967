import type { Log } from '@latchkey/http';

/** Watches the calls to another process, and logs once when it stops answering and once when it answers again. */
export function outageWatch(log: Pick<Log, 'error' | 'warn'>, url: string) {
  let isOut = false;

  /** @param signal aborted when the browser has closed its connection, which says nothing about the API */
  return async function watch<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      const answer = await call();
      if (isOut) log.warn({ url }, 'the API answers again');
      isOut = false;
      return answer;
    } catch (error) {
      if (signal?.aborted) throw error;
      if (!isOut) log.error({ err: error, url }, 'the API does not answer');
      isOut = true;
      throw error;
    }
  };
}
