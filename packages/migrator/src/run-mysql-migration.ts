import { DatabaseError } from '@latchkey/db';
import { nothingChanged, throwFailedMigration } from './migration-failure.ts';
import type { Direction, JournalEntry } from './migration-journal.ts';
import type { Step, StepTools } from './migration-run.ts';
import { collectStatements, statementsChecksum } from './migration-statements.ts';

/**
 * MySQL commits at every change of the schema. The journal therefore records each such statement before and after it runs, so
 * that an interrupted migration can continue. Changes of rows between two of these statements are one transaction.
 */
export async function runMysqlMigration(
  { migration, direction, transaction, name, checksum }: Step & { name: string; checksum: string },
  { journal, execute, interrupted: entry, resuming }: StepTools,
): Promise<void> {
  // Statements that change rows run in a transaction of their own.
  await execute('start transaction');
  const statements = await collectStatements(migration, direction);
  const interrupted = entry?.name === name ? entry.interrupted : null;
  const isContinuing = resuming === 'continue' && interrupted?.direction === direction;
  const isReverting = resuming === 'revert' && interrupted !== null;
  const first = isContinuing ? interrupted.done : 0;
  const before = (await journal.entries(transaction)).get(name);
  const progress = (done: number, isExact: boolean): JournalEntry => {
    const doneChecksum = computeDoneChecksum(statements.slice(0, done), isExact);
    return { name, checksum, interrupted: { direction, done, doneChecksum } };
  };
  const matchesJournal = (isExact: boolean) =>
    progress(first, isExact).interrupted?.doneChecksum === interrupted?.doneChecksum;
  if (isContinuing && !matchesJournal(false) && !matchesJournal(true)) {
    throw new DatabaseError(
      'edited_migration',
      `The first ${first} statements of ${name} were edited after they ran. Restore them.`,
    );
  }

  for (const [index, sql] of statements.entries()) {
    if (index < first) continue;
    const changesSchema = !changesRows.test(sql);
    // The statement commits the changes of rows before it, together with this entry.
    if (changesSchema) await journal.write(progress(index, false), transaction);
    // The statement may have run without a journal entry after it. When reverting, its object may never have been created.
    const mayHaveRun = isReverting || (isContinuing && index === first && matchesJournal(false));
    await execute(sql).catch(async (error: unknown) => {
      if (mayHaveRun && hasRunAlready(error)) return;
      // The journal cannot be written if the connection is lost.
      const state = await recordFailure(mayHaveRun).catch(() => 'To see its state: pnpm db current');
      throwFailedMigration(name, direction, index, statements, state)(error);
    });
    if (changesSchema) {
      await journal.write(progress(index + 1, true), transaction);
      await execute('start transaction');
    }
  }

  /**
   * Rolls back the changes of rows since the last change of the schema, and records how many statements are in effect.
   * @returns a sentence on what the migration has changed so far
   */
  async function recordFailure(mayHaveRun: boolean): Promise<string> {
    await execute('rollback');
    const recorded = (await journal.entries(transaction)).get(name)?.interrupted;
    if (recorded?.direction !== direction) return nothingChanged;
    if (recorded.done === 0 && before?.interrupted?.direction !== direction) {
      await (before ? journal.write(before, transaction) : journal.remove(name, transaction));
      await execute('commit');
      return nothingChanged;
    }
    if (!mayHaveRun) await journal.write(progress(recorded.done, true), transaction);
    await execute('commit');
    return partlyChanged(direction, recorded.done);
  }
}

/** Statements that MySQL can roll back. Others may commit the transaction ("Statements That Cause an Implicit Commit"). */
const changesRows = /^\s*(?:\/\*[^]*?\*\/\s*|--[^\n]*\n\s*)*(?:insert|update|delete|replace|select|with)\b/i;

/** @param isExact true if the next statement is known to have had no effect */
const computeDoneChecksum = (done: readonly string[], isExact: boolean) =>
  statementsChecksum(isExact ? [...done, '-- all'] : done);

function partlyChanged(direction: Direction, done: number): string {
  const kept = `MySQL keeps what was done: ${done === 1 ? 'one statement' : `${done} statements`}.`;
  const next = `Fix the cause, then continue with: pnpm db ${direction}grade --resume.`;
  return direction === 'up' ? `${kept} ${next} To revert it: pnpm db downgrade --resume` : `${kept} ${next}`;
}

/** MySQL's error numbers for a table, column, index or key that exists already, or does not exist. */
const alreadyRunErrors = [1005, 1022, 1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1826, 1828];

function hasRunAlready(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && alreadyRunErrors.includes(Number(error.errno));
}
