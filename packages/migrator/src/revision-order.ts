import { DatabaseError } from '@latchkey/db';

type Node = { readonly name: string; readonly after: readonly string[] };

/**
 * Each after those that it builds on; where that leaves a choice, the older name first.
 * @throws DatabaseError `bad_migration` when one builds on what is not there, or on itself
 */
export function inOrder<R extends Node>(revisions: readonly R[]): R[] {
  const waiting = revisions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const known = new Set(waiting.map(({ name }) => name));
  for (const { name, after } of waiting) {
    const missing = after.find((other) => !known.has(other));
    if (missing) throw badOrder(`${name} builds on ${missing}, which is not there.`);
  }

  const ordered: R[] = [];
  const placed = new Set<string>();
  while (waiting.length > 0) {
    const index = waiting.findIndex(({ after }) => after.every((other) => placed.has(other)));
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (!next) throw badOrder(`${waiting.map(({ name }) => name).join(', ')} build on each other.`);
    ordered.push(next);
    placed.add(next.name);
  }
  return ordered;
}

/** The revisions that no other builds on. More than one of them: two branches have each added one. */
export function headsOf<R extends Node>(revisions: readonly R[]): R[] {
  const builtOn = new Set(revisions.flatMap(({ after }) => after));
  return revisions.filter(({ name }) => !builtOn.has(name));
}

/** A revision with all that it builds on. @param revisions each after those that it builds on */
export function lineageOf(revisions: readonly Node[], name: string): ReadonlySet<string> {
  const lineage = new Set([name]);
  for (const revision of revisions.toReversed()) {
    if (lineage.has(revision.name)) for (const other of revision.after) lineage.add(other);
  }
  return lineage;
}

/**
 * @throws DatabaseError `two_heads`, for whoever is about to go to the end, or to add to it
 */
export function requireOneHead(revisions: readonly Node[]): void {
  const heads = headsOf(revisions);
  if (heads.length < 2) return;
  const names = heads.map(({ name }) => name).join(' and ');
  throw new DatabaseError(
    'two_heads',
    `There are ${heads.length} ends to the migrations, for two branches have each added one: ${names}. ` +
      'Bring the entities together as they are to be, and then run: pnpm db merge',
  );
}

function badOrder(message: string): DatabaseError {
  return new DatabaseError('bad_migration', message);
}
