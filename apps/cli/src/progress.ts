import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on stderr. Without a terminal it prints nothing. */
export type Progress = {
  to(done: number): void;
  end(): void;
};

export function showProgress(label: string, total: number): Progress {
  if (!process.stderr.isTTY || total === 0) return { to: () => undefined, end: () => undefined };
  const format = `${label.padEnd(10)} {bar} {percentage}%  {eta_formatted} left`;
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: null, stopOnComplete: false },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    to: (done) => {
      bar.update(Math.min(done, total));
    },
    end: () => {
      bar.stop();
    },
  };
}
