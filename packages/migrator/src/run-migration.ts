import { collectStatements } from './migration-statements.ts';
import { nothingChanged, throwFailedMigration } from './migration-failure.ts';
import type { Step, StepTools } from './migration-run.ts';
import { runMysqlMigration } from './run-mysql-migration.ts';
import { restoreIndexesAndTriggers } from './sqlite-restore-indexes.ts';

/** Runs one migration in one direction, and records it in the journal. */
export async function runMigration(step: Step, tools: StepTools): Promise<void> {
  const { migration, direction, transaction } = step;
  const { engine, journal, execute, checksums } = tools;
  const name = migration.name ?? migration.constructor.name;
  const checksum = checksums.get(name) ?? '';

  migration.reset();
  migration.setTransactionContext(transaction);
  if (engine === 'mysql') await runMysqlMigration({ ...step, name, checksum }, tools);
  else {
    const statements = await collectStatements(migration, direction);
    const run = async (sql: string, index: number) => {
      await execute(sql).catch(throwFailedMigration(name, direction, index, statements, nothingChanged));
    };
    if (engine === 'sqlite') await restoreIndexesAndTriggers(name, statements, execute, run);
    else for (const [index, sql] of statements.entries()) await run(sql, index);
  }

  if (direction === 'up') await journal.write({ name, checksum, interrupted: null }, transaction);
  else await journal.remove(name, transaction);
}
