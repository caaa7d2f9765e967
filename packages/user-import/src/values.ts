/**
 * How systems write texts, yes and no, and times. Each function answers null for nothing, and undefined for what it
 * cannot read.
 */

/** Text as it stands; what a driver gave as bytes is UTF-8. */
export function textOf(value: unknown): string | null | undefined {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** `NULL` and `\N` are how phpMyAdmin and MySQL write nothing into a file. */
export const isNothing = (text: string) => ['', 'NULL', '\\N'].includes(text.trim());

const yes = new Set(['1', 't', 'true', 'y', 'yes', 'on', 'active', 'enabled']);
const no = new Set(['0', 'f', 'false', 'n', 'no', 'off', 'inactive', 'disabled', 'blocked']);

export function booleanOf(value: unknown): boolean | null | undefined {
  // MySQL's bit(1) comes as a byte.
  const plain = value instanceof Uint8Array && value.length === 1 ? value[0] : value;
  const text = textOf(plain);
  if (typeof text !== 'string') return text;
  if (isNothing(text)) return null;
  const word = text.trim().toLowerCase();
  if (yes.has(word)) return true;
  return no.has(word) ? false : undefined;
}

/**
 * A point in time. Without a zone it is UTC, as Django, Rails, Laravel, WordPress and SQLAlchemy's `utcnow` write it.
 * Numbers are seconds, milliseconds or microseconds since 1970, by their size.
 */
export function momentOf(value: unknown): Date | null | undefined {
  if (value instanceof Date) return plausible(value.getTime());
  const text = textOf(value)?.trim();
  if (text === undefined) return textOf(value) === null ? null : undefined;
  // MySQL's zero date says that there is none (`user_registered` of WordPress), and so does a zero.
  if (isNothing(text) || text === '0' || text.startsWith('0000-00-00')) return null;
  if (/^\d{9,16}(\.\d+)?$/.test(text)) return plausible(epochMs(Number(text)));
  if (/^[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} [\d:]{8} (GMT|UTC|[+-]\d{4})$/.test(text)) {
    return plausible(Date.parse(text)); // RFC 5322 §3.3, which Flask's jsonify writes.
  }
  return dateOf(text);
}

function epochMs(count: number): number {
  if (count < 1e11) return count * 1000;
  return count < 1e14 ? count : count / 1000;
}

/** ISO 8601 and the forms that databases make of it: `2026-01-31 12:00:00.123456+00`, `2026-01-31 12:00:00 UTC`. */
const written =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?$/i;

function dateOf(text: string): Date | undefined {
  const found = written.exec(text);
  if (!found) return undefined;
  const number = (group: number) => Number(found[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hour, minute, second] = [number(4), number(5), number(6)];
  const isTime = hour < 24 && minute < 60 && second < 60;
  // The 31st of February would be one of March.
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  if (!isTime || !isDay) return undefined;

  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offsetMinutes = (found[8] === '-' ? -1 : 1) * (number(9) * 60 + number(10));
  return plausible(Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second, ms));
}

/** What no column of ours can hold, or nobody can have meant, is not readable. */
function plausible(ms: number): Date | undefined {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 2200 ? date : undefined;
}
