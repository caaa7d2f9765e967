import { explain } from './explain.ts';

/**
 * Runs a server from its start to the signal that ends it. A foreseen mistake is told in its own words, without a stack trace; the process then ends with exit code 1.
 * @param start starts everything and answers with the function that stops it
 */
export async function runServer(start: () => Promise<() => Promise<void>>): Promise<void> {
  const stopRequested = untilStopRequested();
  try {
    const stop = await Promise.race([start(), stopRequested]);
    await stopRequested;
    await stop?.();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/** Ctrl-C, a service manager, a closed terminal, or the end of the process that started this one. */
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
    // Started with a line to its parent, which has ended already.
    if (process.send && !process.connected) resolve(undefined);
    process.stdout.on('error', () => undefined); // A closed terminal takes no more lines.
  });
}
