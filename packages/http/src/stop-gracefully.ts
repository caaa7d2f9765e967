import type { Serving } from './serve.ts';

/**
 * Stops a server, and then what its requests use: the last requests still need it. `runServer` ends a process in which this takes
 * too long.
 */
export async function stopGracefully(serving: Serving, stopRest: () => Promise<void>): Promise<void> {
  await serving.stop();
  await stopRest();
}
