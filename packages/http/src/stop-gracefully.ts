import { setTimeout } from 'node:timers/promises';
import type { Serving } from './serve.ts';

/** After this time, background jobs are stopped while the last requests still run. Milliseconds. */
const jobsAfterMs = 5_000;

/** Stops a server, and then what its requests use. Ends within ten seconds, because each part has its limit. */
export async function stopGracefully(serving: Serving, stopRest: () => Promise<void>): Promise<void> {
  const served = serving.stop();
  await Promise.race([served, setTimeout(jobsAfterMs, undefined, { ref: false })]);
  await Promise.all([served, stopRest()]);
}
