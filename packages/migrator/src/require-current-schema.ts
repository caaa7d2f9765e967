import { type Database, DatabaseError } from '@latchkey/db';
import { readHistory, isCurrent, type History, type HistoryEntry } from './history.ts';
import { requireOneHead } from './revision-order.ts';

/**
 * Throws unless the schema is the one that this version expects. The message says what to do.
 * @throws DatabaseError `newer_schema`, `two_heads`, `interrupted_migration`, else `outdated_schema`
 */
export async function requireCurrentSchema(database: Database): Promise<void> {
  const history = await readHistory(database);
  refuseNewerSchema(database, history);
  requireOneHead(history.revisions);
  refuseInterruptedMigration(history);
  if (isCurrent(history)) return;
  throw new DatabaseError(
    'outdated_schema',
    `The schema of ${database.location} is not the one this version expects. Run: pnpm db upgrade`,
  );
}

export function refuseNewerSchema({ location }: Database, { unknown }: History): void {
  if (unknown.length === 0) return;
  throw new DatabaseError(
    'newer_schema',
    `${location} has migrations that this version does not know (${unknown.map(({ name }) => name).join(', ')}). ` +
      'Run the newer version of the application, or restore a backup made for this one.',
  );
}

export function refuseEditedMigration({ revisions }: History): void {
  const edited = revisions.find(({ isEdited }) => isEdited);
  if (!edited) return;
  throw new DatabaseError(
    'edited_migration',
    `${edited.name} was edited after it ran here (${dayOf(edited)}). Restore the file and write another migration; ` +
      'or, if the new file does the same as before, run: pnpm db stamp head',
  );
}

export function refuseInterruptedMigration({ revisions }: History): void {
  const found = revisions.find(({ interrupted }) => interrupted);
  if (!found?.interrupted) return;
  const { direction, done } = found.interrupted;
  const statements = done === 1 ? 'one statement' : `${done} statements`;
  throw new DatabaseError(
    'interrupted_migration',
    `${found.name} (${direction}) was interrupted after ${statements}. ${recoverySteps[direction]}`,
  );
}

/** What to do after an interruption. A migration that is partly reverted cannot be applied again before it is fully reverted. */
export const recoverySteps = {
  up: 'To continue: pnpm db upgrade --resume. To revert it: pnpm db downgrade --resume',
  down: 'To continue: pnpm db downgrade --resume. To apply it again after that: pnpm db upgrade',
} as const;

const dayOf = ({ appliedAt }: HistoryEntry) => appliedAt?.toISOString().slice(0, 10) ?? '';
