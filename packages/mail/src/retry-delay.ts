const [secondMs, minuteMs, hourMs] = [1000, 60_000, 3_600_000];

const delaysMs = [10 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs, 2 * hourMs];

/** The wait before the next attempt. @param attempts failed attempts so far */
export function retryDelayMs(attempts: number): number {
  return delaysMs[attempts - 1] ?? 6 * hourMs;
}

/** The age at which retrying ends. RFC 5321 §4.5.4.1 suggests 4 to 5 days; most of these mails are useless after one. */
export const maxAgeMs = 72 * hourMs;
