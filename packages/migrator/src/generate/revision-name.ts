/** So many characters, of four bytes at most, fit the name of a file with what is before and behind them. */
const longest = 50;

/**
 * What the file and the class of a migration are called: so letters of every script stay, and Latin ones lose their marks.
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
  const [slug = ''] = new RegExp(`^.{0,${longest}}(?<!_)`, 'u').exec((words ?? []).join('_')) ?? [];
  return `Migration${digits}${slug && `_${slug}`}`;
}

/** A time as fourteen digits, after that of the newest migration: its clock may have been ahead. */
export function later(now: Date, newest: string | undefined): string {
  const before = timeOfDigits(newest?.slice('Migration'.length, 'Migration'.length + 14) ?? '');
  const time = before && before >= startOfSecond(now) ? new Date(before.getTime() + 1000) : now;
  return time.toISOString().replace(/\D/g, '').slice(0, 14);
}

const startOfSecond = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** `20261231235959` as a time (UTC); null for what is none, like the 31st of February. */
export function timeOfDigits(digits: string): Date | null {
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(..)(..)(..)(..)(..)$/.exec(digits) ?? [];
  const written = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`;
  const time = new Date(written);
  return Number.isNaN(time.getTime()) || time.toISOString() !== written ? null : time;
}
