import { DatabaseError } from '@latchkey/db';

type Node = { readonly name: string; readonly after: readonly string[] };

/**
 * Sorts revisions so that each comes after its parents; otherwise by name.
 * @throws DatabaseError `bad_migration` if a parent is missing, or revisions depend on each other
 */
export function sortRevisions<R extends Node>(revisions: readonly R[]): R[] {
  const remaining = revisions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const known = new Set(remaining.map(({ name }) => name));
  for (const { name, after } of remaining) {
    const missing = after.find((other) => !known.has(other));
    if (missing) throw badOrder(`${name} follows ${missing}, which does not exist.`);
  }

  const ordered: R[] = [];
  const placed = new Set<string>();
  while (remaining.length > 0) {
    const index = remaining.findIndex(({ after }) => after.every((other) => placed.has(other)));
    const [next] = index < 0 ? [] : remaining.splice(index, 1);
    if (!next)
      throw badOrder(`${remaining.map(({ name }) => name).join(', ')} follow each other in a cycle.`);
    ordered.push(next);
    placed.add(next.name);
  }
  return ordered;
}

/** The revisions without successors. More than one means that two branches have each added a revision. */
export function findHeads<R extends Node>(revisions: readonly R[]): R[] {
  const parents = new Set(revisions.flatMap(({ after }) => after));
  return revisions.filter(({ name }) => !parents.has(name));
}

/** A revision and all its ancestors. @param revisions sorted, each after its parents */
export function findLineage(revisions: readonly Node[], name: string): ReadonlySet<string> {
  const lineage = new Set([name]);
  for (const revision of revisions.toReversed()) {
    if (lineage.has(revision.name)) for (const other of revision.after) lineage.add(other);
  }
  return lineage;
}

/**
 * Throws if the migrations have more than one head.
 * @throws DatabaseError `two_heads`
 */
export function requireOneHead(revisions: readonly Node[]): void {
  const heads = findHeads(revisions);
  if (heads.length < 2) return;
  const names = heads.map(({ name }) => name).join(' and ');
  throw new DatabaseError(
    'two_heads',
    `The migrations have ${heads.length} heads, because two branches have each added one: ${names}. ` +
      'Merge the entities, then run: pnpm db merge',
  );
}

function badOrder(message: string): DatabaseError {
  return new DatabaseError('bad_migration', message);
}
