import { type Database, DatabaseError } from '@latchkey/db';
import { historyOf, isCurrent, type History, type HistoryEntry } from './history.ts';
import { requireOneHead } from './revision-order.ts';

/**
 * For whoever is about to use the data.
 * @throws DatabaseError when the schema is not the one this code expects, with the way on that fits: `newer_schema`,
 * `two_heads`, `interrupted_migration`, else `outdated_schema`
 */
export async function requireCurrentSchema(database: Database): Promise<void> {
  const history = await historyOf(database);
  refuseNewer(database, history);
  requireOneHead(history.revisions);
  refuseInterrupted(history);
  if (isCurrent(history)) return;
  throw new DatabaseError(
    'outdated_schema',
    `The schema of ${database.location} is not the one this version expects. Run: pnpm db upgrade`,
  );
}

export function refuseNewer({ location }: Database, { unknown }: History): void {
  if (unknown.length === 0) return;
  throw new DatabaseError(
    'newer_schema',
    `${location} has migrations that this version does not know (${unknown.map(({ name }) => name).join(', ')}). ` +
      'Run the newer version of the application, or restore a backup made for this one.',
  );
}

export function refuseEdited({ revisions }: History): void {
  const edited = revisions.find(({ isEdited }) => isEdited);
  if (!edited) return;
  throw new DatabaseError(
    'edited_migration',
    `${edited.name} was edited after it ran here (${dayOf(edited)}). Put it back as it was and write another one; ` +
      'or, if it does the same as before, run: pnpm db stamp head',
  );
}

export function refuseInterrupted({ revisions }: History): void {
  const half = revisions.find(({ interrupted }) => interrupted);
  if (!half?.interrupted) return;
  const { direction, done } = half.interrupted;
  throw new DatabaseError(
    'interrupted_migration',
    `${half.name} was interrupted on its way ${direction}, after ${done} of its statements. ${waysOn[direction]}`,
  );
}

/** One that was interrupted on its way down cannot be had whole again: what is gone is gone. */
export const waysOn = {
  up: 'To go on: pnpm db upgrade --resume. To take back what it did: pnpm db downgrade --resume',
  down: 'To go on: pnpm db downgrade --resume. After that, to have it again: pnpm db upgrade',
} as const;

const dayOf = ({ appliedAt }: HistoryEntry) => appliedAt?.toISOString().slice(0, 10) ?? '';
