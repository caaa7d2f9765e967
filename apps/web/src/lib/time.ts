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
