const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** Formats a time as `24 November 2026, 02:10 UTC`: the reader's time zone is unknown. @param at ISO 8601, as in JSON */
export function formatTime(at: string): string {
  return `${formatDate(at)}, ${time.format(new Date(at))} UTC`;
}

/** Formats a time as `24 November 2026`, its day in UTC. @param at ISO 8601, as in JSON */
export function formatDate(at: string): string {
  return date.format(new Date(at));
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Formats a length of time as `14 days`, in the largest unit of which it is a whole number. */
export function formatDuration(milliseconds: number): string {
  const [unit, unitMs] = units.find(([, size]) => milliseconds % size === 0) ?? ['second', 1_000];
  const count = Math.round(milliseconds / unitMs);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
