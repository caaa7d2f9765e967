/** `24 November 2026, 02:10 UTC`: whoever reads it may be anywhere. @param at a time as JSON writes it */
export function inWords(at: string): string {
  const time = new Date(at);
  const format = (options: Intl.DateTimeFormatOptions) =>
    time.toLocaleString('en-GB', { ...options, timeZone: 'UTC' });
  return `${format({ dateStyle: 'long' })}, ${format({ timeStyle: 'short' })} UTC`;
}
