const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Ten years: longer is taken for a typing mistake, and stays within what a `Date` can add up. */
const longestMs = 3_650 * unitMs.d;

/**
 * Reads a time span written like `30d`, `12h`, `15m` or `10s`.
 * @returns milliseconds, or null when the text is no such span, is zero, or is over ten years
 */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (!count || !unit) return null;

  const milliseconds = Number(count) * unitMs[unit as keyof typeof unitMs];
  return milliseconds > 0 && milliseconds <= longestMs ? milliseconds : null;
}
