import { availableParallelism } from 'node:os';
import { createWorkQueue } from '../work/work-queue.ts';

/**
 * How many passwords are hashed at the same time: one processor stays free for everything else, and so does one of libuv's
 * threads, which also look up host names and read files. Each hash of ours needs 19 MiB.
 */
export function hashingConcurrency(processors: number, threads: number): number {
  return Math.max(1, Math.min(processors, threads) - 1);
}

// https://docs.libuv.org/en/v1.x/threadpool.html: four threads by default.
const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;

/** The hashes of the whole process. The algorithms run on libuv's threads. */
export const hashingQueue = createWorkQueue({
  concurrency: hashingConcurrency(availableParallelism(), threads),
  maxWaiting: 500,
});
