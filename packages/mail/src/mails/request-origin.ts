import type { Part } from './mail-layout.ts';

/** When a request was made, on which device, and from which IP address. */
export type RequestOrigin = { at: Date; device: string; address: string | null };

/** The part of a mail that shows a request's origin. */
export function requestOriginPart({ at, device, address }: RequestOrigin): Part {
  return {
    facts: [
      ['When', formatTime(at)],
      ['Device', device],
      ...(address ? [['IP address', address] as const] : []),
    ],
  };
}

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** Formats a time as `24 November 2026, 02:10 UTC`: the reader's time zone is unknown. */
export const formatTime = (at: Date): string => `${date.format(at)}, ${time.format(at)} UTC`;
