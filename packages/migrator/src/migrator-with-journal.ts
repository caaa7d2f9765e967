import { Migrator, type Migration } from '@mikro-orm/migrations';
import type { Database } from '@latchkey/db';
import type { Row } from '@latchkey/db/sql';
import { openMigrationJournal, type Direction } from './migration-journal.ts';
import type { MigrationRun, Resuming, Step } from './migration-run.ts';
import { readRevisions, type Revision } from './revisions.ts';
import { runMigration } from './run-migration.ts';

/**
 * Creates a migrator for a database. Opening a database does not create one, so that it loads no migrations.
 * @param revisions the migrations of the database's engine
 */
export function createMigrator(
  { orm }: Pick<Database, 'orm'>,
  revisions: readonly Revision[],
): MigratorWithJournal {
  orm.config.set('migrations', {
    ...orm.config.get('migrations'),
    // A list, because a glob pattern would interpret brackets in the path of the clone.
    migrationsList: revisions.map(({ name, migration }) => ({ name, class: migration })),
    snapshot: false,
    allOrNothing: true,
    silent: true,
  });
  // The cast: MikroORM's core types its entity manager as an interface, and this is the one for SQL.
  return new MigratorWithJournal(orm.em as never);
}

/** MikroORM's migrator, which also writes the journal. */
export class MigratorWithJournal extends Migrator {
  run: MigrationRun | null = null;

  protected override createRunner(): ReturnType<Migrator['createRunner']> {
    let master: object | undefined;
    return {
      run: async (migration, method, afterRun) => {
        if (!this.run)
          throw new Error('Call upgrade() or downgrade() instead: they take the migration lock.');
        // The casts: MikroORM passes the classes in the list of migrations, which are these; and rows are records.
        const step: Step = {
          migration: migration as unknown as Migration,
          direction: method,
          transaction: master,
        };
        const execute = (sql: string) =>
          this.driver.execute(sql, undefined, 'all', master) as unknown as Promise<Row[]>;
        await runMigration(step, { ...this.run, execute });
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

/** Sets the data that all migrations of a run share. To be called within the transaction of the lock. */
export async function prepareRun(
  {
    database,
    migrator,
    transaction,
  }: { database: Database; migrator: MigratorWithJournal; transaction: object },
  {
    resuming,
    direction,
    onStep,
  }: { resuming: Resuming | null; direction: Direction; onStep?: ((name: string) => void) | undefined },
): Promise<void> {
  const revisions = await readRevisions(database.engine, database.migrationsFolder);
  const journal = openMigrationJournal(database);
  const entries = [...(await journal.entries(transaction)).values()];
  migrator.run = {
    checksums: new Map(revisions.map(({ name, checksum }) => [name, checksum])),
    interrupted: entries.find(({ interrupted }) => interrupted) ?? null,
    resuming,
    engine: database.engine,
    journal,
  };
  migrator.on(direction === 'up' ? 'migrating' : 'reverting', ({ name }) => {
    onStep?.(name);
    return Promise.resolve();
  });
}
