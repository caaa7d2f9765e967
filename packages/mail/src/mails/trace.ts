import type { Part } from './letter.ts';

/** When something was done, and by what. */
export type Trace = { at: Date; device: string; address: string | null };

export function tracePart({ at, device, address }: Trace): Part {
  return {
    facts: [['When', inWords(at)], ['By', device], ...(address ? [['From', address] as const] : [])],
  };
}

/** `24 November 2026, 02:10 UTC`: whoever reads it may be anywhere. */
export function inWords(at: Date): string {
  const [day, time] = [{ dateStyle: 'long' }, { timeStyle: 'short' }] as const;
  const format = (options: Intl.DateTimeFormatOptions) =>
    at.toLocaleString('en-GB', { ...options, timeZone: 'UTC' });
  return `${format(day)}, ${format(time)} UTC`;
}
