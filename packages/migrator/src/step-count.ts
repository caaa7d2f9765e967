import { DatabaseError } from '@latchkey/db';

/**
 * The number of steps in `+N` or `-N`.
 * @param names the revisions that the steps count
 * @throws DatabaseError `unknown_revision` if there are fewer revisions than steps, but at least one
 */
export function countSteps(to: string, digits: string, names: readonly string[]): number {
  const steps = Number(digits);
  if (steps <= names.length || names.length === 0) return steps;
  const count = names.length === 1 ? 'one migration is' : `${names.length} migrations are`;
  throw new DatabaseError(
    'unknown_revision',
    `Found ${to}, but only ${count} ${to.startsWith('+') ? 'pending' : 'applied'}. Nothing was changed.`,
  );
}
