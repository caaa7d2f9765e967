/** @param digits fourteen of them, as in `20261123120000` */
export function revisionName(message: string, digits: string): string {
  const slug = message
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  return `Migration${digits}${slug && `_${slug}`}`;
}

/** A time as fourteen digits, after that of the newest migration: its clock may have been ahead. */
export function later(now: Date, newest: string | undefined): string {
  const digits = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const before = newest?.slice('Migration'.length, 'Migration'.length + 14) ?? '';
  return digits > before ? digits : String(BigInt(before) + 1n);
}
