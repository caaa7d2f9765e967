import { DatabaseError } from '@latchkey/db';
import type { Direction } from './migration-journal.ts';

export const nothingChanged = 'Nothing was changed.';

/**
 * A handler that turns an engine's error into a `failed_migration`.
 * @param state a sentence on what the migration has changed so far
 */
export function throwFailedMigration(
  name: string,
  direction: Direction,
  index: number,
  statements: readonly string[],
  state: string,
) {
  return (error: unknown): never => {
    const reason = (error instanceof Error ? error.message : String(error)).trim().replace(/[^.!?]$/, '$&.');
    throw new DatabaseError(
      'failed_migration',
      `${name} (${direction}) failed at statement ${index + 1} of ${statements.length}: ${reason} ${state}`,
      { cause: error },
    );
  };
}
