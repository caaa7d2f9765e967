import type { MikroORM } from '@mikro-orm/core';
import { Migrator, type Migration } from '@mikro-orm/migrations';
import { DatabaseError } from '../database-error.ts';
import type { Engine } from '../engine.ts';
import { collectStatements, statementsChecksum } from './migration-statements.ts';
import type { Direction, JournalEntry, MigrationJournal } from './migration-journal.ts';
import type { Row } from './sql-rows.ts';
import { keepingHandmadeParts } from './sqlite-handmade-parts.ts';

/** How a run goes on from one that was interrupted; nothing where none was. */
export type Resuming = 'going_on' | 'taking_back';

/** What the steps of a run have in common. */
export type Run = {
  engine: Engine;
  journal: MigrationJournal;
  /** Each migration's checksum, as its file is now. */
  checksums: ReadonlyMap<string, string>;
  interrupted: JournalEntry | null;
  resuming: Resuming | null;
};

/** MikroORM's migrator, which also keeps the journal, and on SQLite what it knows nothing of. */
export class JournalledMigrator extends Migrator {
  run: Run | null = null;

  /** After `MikroORM.init`, which registers MikroORM's own. */
  static override register(orm: MikroORM): void {
    orm.config.registerExtension('@mikro-orm/migrator', () => new JournalledMigrator(orm.em as never));
  }

  protected override createRunner(): ReturnType<Migrator['createRunner']> {
    let master: object | undefined;
    return {
      run: async (migration, method, afterRun) => {
        if (!this.run)
          throw new Error('Migrations run by upgrade() and downgrade(), which know of the lock.');
        // The casts: MikroORM's runner is given what the list of migrations has, which are these; and rows are records.
        const step: Step = {
          migration: migration as unknown as Migration,
          direction: method,
          transaction: master,
        };
        const execute = (sql: string) =>
          this.driver.execute(sql, undefined, 'all', master) as unknown as Promise<Row[]>;
        await runStep(step, { ...this.run, execute });
        await afterRun?.(master);
      },
      setMasterMigration: (transaction: object) => {
        master = transaction;
      },
      unsetMasterMigration: () => {
        master = undefined;
      },
    };
  }
}

type Step = { migration: Migration; direction: Direction; transaction: object | undefined };

type StepTools = Run & { execute: (sql: string) => Promise<Row[]> };

/** One migration, in one direction. */
async function runStep(step: Step, tools: StepTools): Promise<void> {
  const { migration, direction, transaction } = step;
  const { engine, journal, execute, checksums } = tools;
  const name = migration.name ?? migration.constructor.name;
  const checksum = checksums.get(name) ?? '';

  migration.reset();
  migration.setTransactionContext(transaction);
  if (engine === 'mysql') await runJournalled({ ...step, name, checksum }, tools);
  else {
    const statements = await collectStatements(migration, direction);
    const run = async (sql: string, index: number) => {
      await execute(sql).catch(failedAt(name, direction, index, statements, nothingChanged));
    };
    if (engine === 'sqlite') await keepingHandmadeParts(name, statements, execute, run);
    else for (const [index, sql] of statements.entries()) await run(sql, index);
  }

  if (direction === 'up') await journal.write({ name, checksum, interrupted: null }, transaction);
  else await journal.remove(name, transaction);
}

/**
 * MySQL ends its transaction at every change of the schema. So each statement is noted before it runs, and whoever comes
 * after an interruption knows where to go on.
 */
async function runJournalled(
  { migration, direction, transaction, name, checksum }: Step & { name: string; checksum: string },
  { journal, execute, interrupted: entry, resuming }: StepTools,
): Promise<void> {
  // What has no such statements is a transaction again.
  await execute('start transaction');
  const statements = await collectStatements(migration, direction);
  const interrupted = entry?.name === name ? entry.interrupted : null;
  const isGoingOn = resuming === 'going_on' && interrupted?.direction === direction;
  const isTakingBack = resuming === 'taking_back' && interrupted !== null;
  const first = isGoingOn ? interrupted.done : 0;
  if (isGoingOn && statementsChecksum(statements.slice(0, first)) !== interrupted.doneChecksum) {
    throw new DatabaseError(
      'edited_migration',
      `The first ${first} statements of ${name} have run, and are others now. Put them back as they were.`,
    );
  }

  const before = (await journal.entries(transaction)).get(name);
  for (const [index, sql] of statements.entries()) {
    if (index < first) continue;
    const done = statements.slice(0, index);
    const mark = { direction, done: index, doneChecksum: statementsChecksum(done) };
    await journal.write({ name, checksum, interrupted: mark }, transaction);
    // It may have run without having been noted any more; and taken back, not all of it may have been there.
    const mayBeSoAlready = isTakingBack || (isGoingOn && index === first);
    await execute(sql).catch(async (error: unknown) => {
      if (mayBeSoAlready && isSoAlready(error)) return;
      if (index === 0 && interrupted === null) {
        await (before ? journal.write(before, transaction) : journal.remove(name, transaction));
        await execute('commit');
        failedAt(name, direction, index, statements, nothingChanged)(error);
      }
      failedAt(name, direction, index, statements, waysOn)(error);
    });
  }
}

const nothingChanged = 'Nothing was changed.';

const waysOn =
  'MySQL keeps what was changed before it. Once this is mended, go on with: pnpm db upgrade --resume. To take back what was changed: pnpm db downgrade --resume';

/** MySQL's numbers for: there is such a table, column, index or key already, or there is none (any more). */
const soAlready = [1005, 1022, 1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1826, 1828];

function isSoAlready(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && soAlready.includes(Number(error.errno));
}

/** @param state how the database is now */
function failedAt(
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
