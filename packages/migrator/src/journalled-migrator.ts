import { Migrator, type Migration } from '@mikro-orm/migrations';
import { type Database, DatabaseError, type Engine } from '@latchkey/db';
import type { Row } from '@latchkey/db/sql';
import { collectStatements, statementsChecksum } from './migration-statements.ts';
import type { Direction, JournalEntry, MigrationJournal } from './migration-journal.ts';
import type { Revision } from './revisions.ts';
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

/**
 * A migrator for a database. Made where it is used, so that opening a database loads no migration.
 * @param revisions the migrations of its engine
 */
export function createMigrator(
  { orm }: Pick<Database, 'orm'>,
  revisions: readonly Revision[],
): JournalledMigrator {
  orm.config.set('migrations', {
    ...orm.config.get('migrations'),
    // Listed here and not found by a pattern, which would read brackets in the clone's path as part of it.
    migrationsList: revisions.map(({ name, migration }) => ({ name, class: migration })),
    snapshot: false,
    allOrNothing: true,
    silent: true,
  });
  // The cast: MikroORM's core knows its entity manager by an interface, and this is the one for SQL.
  return new JournalledMigrator(orm.em as never);
}

/** MikroORM's migrator, which also keeps the journal, and on SQLite what it knows nothing of. */
export class JournalledMigrator extends Migrator {
  run: Run | null = null;

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
 * MySQL ends its transaction at every change of the schema. So each of them is noted before it runs and after, and whoever
 * comes after an interruption knows where to go on. Work on rows between two of them is a transaction, done whole or not at all.
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
  const before = (await journal.entries(transaction)).get(name);
  const markOf = (done: number, isAll: boolean): JournalEntry => {
    const doneChecksum = checksumOfDone(statements.slice(0, done), isAll);
    return { name, checksum, interrupted: { direction, done, doneChecksum } };
  };
  const isMark = (isAll: boolean) =>
    markOf(first, isAll).interrupted?.doneChecksum === interrupted?.doneChecksum;
  if (isGoingOn && !isMark(false) && !isMark(true)) {
    throw new DatabaseError(
      'edited_migration',
      `The first ${first} statements of ${name} have run, and are others now. Put them back as they were.`,
    );
  }

  for (const [index, sql] of statements.entries()) {
    if (index < first) continue;
    const changesSchema = !worksOnRows.test(sql);
    // It ends the transaction in which rows were worked on, and this note with it.
    if (changesSchema) await journal.write(markOf(index, false), transaction);
    // It may have run without having been noted any more; and taken back, not all of it may have been there.
    const mayBeSoAlready = isTakingBack || (isGoingOn && index === first && isMark(false));
    await execute(sql).catch(async (error: unknown) => {
      if (mayBeSoAlready && isSoAlready(error)) return;
      // Where the connection is gone, nothing can be noted any more.
      const state = await noteFailure(mayBeSoAlready).catch(() => 'How far it came: pnpm db current');
      failedAt(name, direction, index, statements, state)(error);
    });
    if (changesSchema) {
      await journal.write(markOf(index + 1, true), transaction);
      await execute('start transaction');
    }
  }

  /**
   * Undoes the work on rows that was begun after the last change of the schema, and notes how many statements are in effect.
   * @returns how the database is now, in words
   */
  async function noteFailure(mayBeSoAlready: boolean): Promise<string> {
    await execute('rollback');
    const noted = (await journal.entries(transaction)).get(name)?.interrupted;
    if (noted?.direction !== direction) return nothingChanged;
    if (noted.done === 0 && before?.interrupted?.direction !== direction) {
      await (before ? journal.write(before, transaction) : journal.remove(name, transaction));
      await execute('commit');
      return nothingChanged;
    }
    if (!mayBeSoAlready) await journal.write(markOf(noted.done, true), transaction);
    await execute('commit');
    return keptBy(direction, noted.done);
  }
}

/** What MySQL does in a transaction. At everything else it may end one ("Statements That Cause an Implicit Commit"). */
const worksOnRows = /^\s*(?:\/\*[^]*?\*\/\s*|--[^\n]*\n\s*)*(?:insert|update|delete|replace|select|with)\b/i;

/** @param isAll whether the statement behind these is known to have had no effect; else it may have had one */
const checksumOfDone = (done: readonly string[], isAll: boolean) =>
  statementsChecksum(isAll ? [...done, '-- all'] : done);

const nothingChanged = 'Nothing was changed.';

function keptBy(direction: Direction, done: number): string {
  const kept = `MySQL keeps what was done: ${done === 1 ? 'one statement' : `${done} statements`}.`;
  const goOn = `Once this is mended, go on with: pnpm db ${direction}grade --resume.`;
  return direction === 'up'
    ? `${kept} ${goOn} To take back what was done: pnpm db downgrade --resume`
    : `${kept} ${goOn}`;
}

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
