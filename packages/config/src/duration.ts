const unitMs = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Ten years. A longer time is probably a typo, and could exceed the range of a `Date`. */
const maxMs = 3_650 * 86_400_000;

/**
 * Parses a time like `30d`, `12h`, `15m` or `10s`.
 * @returns milliseconds, or null if the text has another form, is zero, or exceeds ten years
 */
export function parseDuration(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,9})([a-z])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (unitMs.get(unit) ?? 0);
  return milliseconds > 0 && milliseconds <= maxMs ? milliseconds : null;
}
