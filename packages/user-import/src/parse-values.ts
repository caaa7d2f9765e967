// Each function returns null for a missing value, and undefined for one that it cannot parse.

/** Parses a text. Bytes from a driver are decoded as UTF-8. */
export function parseText(value: unknown): string | null | undefined {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** phpMyAdmin and MySQL export a null as `NULL` and `\N`. */
export const isNullText = (text: string) => ['', 'NULL', '\\N'].includes(text.trim());

const yes = new Set(['1', 't', 'true', 'y', 'yes', 'on', 'active', 'enabled']);
const no = new Set(['0', 'f', 'false', 'n', 'no', 'off', 'inactive', 'disabled', 'blocked']);

/** Parses the words and numbers that systems store for true and false. */
export function parseBoolean(value: unknown): boolean | null | undefined {
  // The driver returns MySQL's bit(1) as a byte.
  const plain = value instanceof Uint8Array && value.length === 1 ? value[0] : value;
  const text = parseText(plain);
  if (typeof text !== 'string') return text;
  if (isNullText(text)) return null;
  const word = text.trim().toLowerCase();
  if (yes.has(word)) return true;
  return no.has(word) ? false : undefined;
}

export function parseNumber(value: unknown): number | null | undefined {
  const text = parseText(value);
  if (typeof text !== 'string') return text;
  if (isNullText(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

export function parseInteger(value: unknown): number | null | undefined {
  const number = parseNumber(value);
  return typeof number === 'number' && !Number.isSafeInteger(number) ? undefined : number;
}

/** Parses a decimal number of any length, which stays a text. */
export function parseDecimal(value: unknown): string | null | undefined {
  const text = parseText(value);
  if (typeof text !== 'string') return text;
  if (isNullText(text)) return null;
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text.trim()) ? text.trim() : undefined;
}

/** Parses a day: `2026-01-31`, also with a time. */
export function parseDay(value: unknown): string | null | undefined {
  const time = parseTime(value);
  return time && time.toISOString().slice(0, 10);
}

export function parseBigint(value: unknown): bigint | null | undefined {
  const text = parseText(value);
  if (typeof text !== 'string') return text;
  if (isNullText(text)) return null;
  return /^-?\d+$/.test(text.trim()) ? BigInt(text.trim()) : undefined;
}

/** Parses Base64. Bytes from a driver are returned as they are. */
export function parseBytes(value: unknown): Uint8Array | null | undefined {
  if (value instanceof Uint8Array) return value;
  const text = parseText(value);
  if (typeof text !== 'string') return text;
  return /^[A-Za-z0-9+/\s]*=*\s*$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** Parses JSON. Values that are not text are returned as they are. */
export function parseJson(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/**
 * Parses a point in time. Without a time zone it is UTC, as Django, Rails, Laravel, WordPress and SQLAlchemy's `utcnow`
 * store it. A number is seconds, milliseconds or microseconds since 1970, depending on its size.
 */
export function parseTime(value: unknown): Date | null | undefined {
  if (value instanceof Date) return requirePlausible(value.getTime());
  const text = parseText(value)?.trim();
  if (text === undefined) return parseText(value) === null ? null : undefined;
  // MySQL stores a missing date as the zero date (`user_registered` of WordPress), other systems as 0.
  if (isNullText(text) || text === '0' || text.startsWith('0000-00-00')) return null;
  if (/^\d{9,16}(\.\d+)?$/.test(text)) return requirePlausible(toEpochMs(Number(text)));
  if (/^[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} [\d:]{8} (GMT|UTC|[+-]\d{4})$/.test(text)) {
    return requirePlausible(Date.parse(text)); // RFC 5322 §3.3, as Flask's jsonify formats it.
  }
  return parseDate(text);
}

function toEpochMs(count: number): number {
  if (count < 1e11) return count * 1000;
  return count < 1e14 ? count : count / 1000;
}

/** ISO 8601, and the variants of databases: `2026-01-31 12:00:00.123456+00`, `2026-01-31 12:00:00 UTC`. */
const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?$/i;

function parseDate(text: string): Date | undefined {
  const found = isoTime.exec(text);
  if (!found) return undefined;
  const number = (group: number) => Number(found[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hour, minute, second] = [number(4), number(5), number(6)];
  const isTime = hour < 24 && minute < 60 && second < 60;
  // JavaScript turns the 31st of February into a day of March.
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  if (!isTime || !isDay) return undefined;

  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offsetMinutes = (found[8] === '-' ? -1 : 1) * (number(9) * 60 + number(10));
  return requirePlausible(Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second, ms));
}

/** Rejects years that the engines cannot store or that are certainly wrong. */
function requirePlausible(ms: number): Date | undefined {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 2200 ? date : undefined;
}
