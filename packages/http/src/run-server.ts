import { setTimeout } from 'node:timers/promises';
import { explain } from './explain.ts';

/**
 * Runs a server until a signal stops it. If the start fails, writes the error to standard error and exits with code 1; an
 * expected error is shown without its stack.
 * @param start starts the server and returns the function that stops it
 */
export async function runServer(start: () => Promise<() => Promise<void>>): Promise<void> {
  const stopRequested = untilStopRequested();
  try {
    const stop = await Promise.race([start(), stopRequested]);
    await stopRequested;
    await Promise.race([stop?.(), setTimeout(maxStopMs).then(reportUnfinished)]);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/** How long stopping may take. Service managers kill a process some time after that. Milliseconds. */
const maxStopMs = 9_900;

function reportUnfinished(): void {
  process.stderr.write('Stopped without waiting any longer: something did not end within ten seconds.\n');
}

/** Resolves on Ctrl-C, a service manager's signal, a closed terminal, or the end of the parent process. */
function untilStopRequested(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve(undefined);
      });
    }
    process.on('disconnect', () => {
      resolve(undefined);
    });
    // Started with an IPC channel by a parent that has already ended.
    if (process.send && !process.connected) resolve(undefined);
    process.stdout.on('error', () => undefined); // Writing to a closed terminal is not an error.
  });
}
