const [secondMs, minuteMs, hourMs] = [1000, 60_000, 3_600_000];

const delaysMs = [10 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs, 2 * hourMs];

/** How long to wait before trying again. @param attempts how often it was tried so far */
export function retryDelayMs(attempts: number): number {
  return delaysMs[attempts - 1] ?? 6 * hourMs;
}

/** A mail older than this has missed its time (RFC 5321 §4.5.4.1: four to five days; most of ours are for today). */
export const longestTryingMs = 72 * hourMs;
