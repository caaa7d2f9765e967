/** In characters of up to four bytes, so that the file name stays below 255 bytes. */
const maxLength = 50;

/**
 * The name of a migration's file and class. Keeps letters of all scripts, and removes the accents of Latin letters.
 * @param digits fourteen of them, as in `20261123120000`
 */
export function revisionName(message: string, digits: string): string {
  const words = message
    .toLowerCase()
    .normalize('NFKD')
    .replace(/(?<=[a-z]\p{M}*)\p{M}/gu, '')
    .normalize('NFKC')
    .replace(/[^\p{ID_Continue}]+|_/gu, '_')
    .match(/[^_]+/g);
  const [slug = ''] = new RegExp(`^.{0,${maxLength}}(?<!_)`, 'u').exec((words ?? []).join('_')) ?? [];
  return `Migration${digits}${slug && `_${slug}`}`;
}

/** The time as fourteen digits, later than the newest migration, whose clock may have been ahead. */
export function nextTimestamp(now: Date, newest: string | undefined): string {
  const before = parseTimestamp(newest?.slice('Migration'.length, 'Migration'.length + 14) ?? '');
  const time = before && before >= startOfSecond(now) ? new Date(before.getTime() + 1000) : now;
  return time.toISOString().replace(/\D/g, '').slice(0, 14);
}

const startOfSecond = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** Parses `20261231235959` (UTC); null for an invalid time, such as 31 February. */
export function parseTimestamp(digits: string): Date | null {
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(..)(..)(..)(..)(..)$/.exec(digits) ?? [];
  const written = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`;
  const time = new Date(written);
  return Number.isNaN(time.getTime()) || time.toISOString() !== written ? null : time;
}
