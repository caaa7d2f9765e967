import { showProgress, type Progress } from '../progress.ts';

/** The progress of several steps. The size of each is known when it begins. */
export type Steps = { to(step: string, done: number, total: number): void; end(): void };

export function showSteps(): Steps {
  let current: { step: string; progress: Progress } | null = null;
  return {
    to(step, done, total) {
      if (current?.step !== step) {
        current?.progress.end();
        current = { step, progress: showProgress(step, total) };
      }
      current.progress.to(done);
    },
    end() {
      current?.progress.end();
    },
  };
}
