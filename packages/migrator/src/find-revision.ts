import { DatabaseError } from '@latchkey/db';

type Named = { readonly name: string };

/**
 * Finds a revision by a unique prefix of its name: `Migration2026`, `20261124`, `signing_in`.
 * @throws DatabaseError `unknown_revision` if no revision matches, or more than one
 */
export function findRevision<R extends Named>(revisions: readonly R[], text: string): R {
  const prefix = text.trim().toLowerCase();
  const found = prefix === '' ? [] : revisions.filter(({ name }) => matches(name, prefix));
  const exact = found.find(({ name }) => name.toLowerCase() === prefix);
  const [first, ...others] = exact ? [exact] : found;
  if (first && others.length === 0) return first;
  throw new DatabaseError(
    'unknown_revision',
    first
      ? `“${text}” matches more than one revision: ${found.map(({ name }) => name).join(', ')}.`
      : `There is no revision “${text}”. To list all revisions: pnpm db history`,
  );
}

function matches(name: string, prefix: string): boolean {
  const [, digits = '', slug = ''] = /^Migration(\d+)_?(.*)$/.exec(name) ?? [];
  return [name, `${digits}_${slug}`, slug].some((part) => part.toLowerCase().startsWith(prefix));
}
