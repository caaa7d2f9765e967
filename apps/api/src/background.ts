import type { Log } from '@latchkey/http';

/** Work that nobody waits for, and that is done all the same. */
export type Background = {
  /** Does something once the answer is on its way. A mistake is logged. */
  later: (work: () => Promise<void>) => void;
  /** Does something now and then, never twice at the same time. @param everyMs from one end to the next start */
  repeat(everyMs: number, work: () => Promise<void>): void;
  /** Starts nothing new, and waits for what is under way. */
  stop(): Promise<void>;
};

export function createBackground(log: Pick<Log, 'error'>): Background {
  const underWay = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopping = false;

  const run = (work: () => Promise<void>) => {
    const running = work().catch((error: unknown) => {
      log.error({ err: error }, 'work in the background failed');
    });
    underWay.add(running);
    return running.finally(() => underWay.delete(running));
  };

  return {
    later(work) {
      const waiting = new Promise<void>((resolve) => void setImmediate(resolve));
      void run(() => waiting.then(work));
    },

    repeat(everyMs, work) {
      const again = () => {
        if (isStopping) return;
        const timer = setTimeout(() => {
          timers.delete(timer);
          void run(work).then(again);
        }, everyMs);
        timers.add(timer.unref());
      };
      again();
    },

    async stop() {
      isStopping = true;
      for (const timer of timers) clearTimeout(timer);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
