import { DatabaseError } from '@latchkey/db';

type Named = { readonly name: string };

/**
 * The revision that is meant by any beginning of its name that no other has: `Migration2026`, `20261124`, `signing_in`.
 * @throws DatabaseError `unknown_revision` when there is none, or more than one
 */
export function findRevision<R extends Named>(revisions: readonly R[], text: string): R {
  const wanted = text.trim().toLowerCase();
  const found = wanted === '' ? [] : revisions.filter(({ name }) => fits(name, wanted));
  const exact = found.find(({ name }) => name.toLowerCase() === wanted);
  const [first, ...others] = exact ? [exact] : found;
  if (first && others.length === 0) return first;
  throw new DatabaseError(
    'unknown_revision',
    first
      ? `“${text}” fits more than one revision: ${found.map(({ name }) => name).join(', ')}.`
      : `There is no revision “${text}”. To see them all: pnpm db history`,
  );
}

function fits(name: string, wanted: string): boolean {
  const [, digits = '', slug = ''] = /^Migration(\d+)_?(.*)$/.exec(name) ?? [];
  return [name, `${digits}_${slug}`, slug].some((beginning) => beginning.toLowerCase().startsWith(wanted));
}
