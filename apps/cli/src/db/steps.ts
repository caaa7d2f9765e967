import { showProgress, type Progress } from '../progress.ts';

/** Progress of work in several steps, whose size is known once they begin. */
export type Steps = { to(what: string, done: number, total: number): void; end(): void };

export function showSteps(): Steps {
  let current: { what: string; progress: Progress } | null = null;
  return {
    to(what, done, total) {
      if (current?.what !== what) {
        current?.progress.end();
        current = { what, progress: showProgress(what, total) };
      }
      current.progress.to(done);
    },
    end() {
      current?.progress.end();
    },
  };
}
