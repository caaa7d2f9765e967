import type { Database } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { ensureMigrationTables } from './ensure-migration-tables.ts';
import { findRevision } from './find-revision.ts';
import { readHistory } from './history.ts';
import { openMigrationJournal } from './migration-journal.ts';
import { withMigrationLock } from './migration-lock.ts';
import { refuseInterruptedMigration, refuseNewerSchema } from './require-current-schema.ts';
import { findLineage, requireOneHead } from './revision-order.ts';
import { readRevisions, type Revision } from './revisions.ts';

/**
 * Records a revision as the current one without changing the schema, for a schema that was created in another way.
 * Edited migrations are recorded with their current checksums. Equivalent of `flask db stamp`.
 * @param to a revision, `head` or `base`
 * @param options.purge also deletes the records of unknown and interrupted migrations
 * @returns the revisions that are recorded as applied
 * @throws DatabaseError `newer_schema` and `interrupted_migration` without `purge`; `two_heads`, `unknown_revision`
 */
export async function stamp(
  database: Database,
  to: string,
  { purge = false }: { purge?: boolean } = {},
): Promise<{ names: string[] }> {
  await ensureMigrationTables(database);
  const revisions = await readRevisions(database.engine, database.migrationsFolder);
  const stamped = revisionsUpTo(to, revisions);
  const journal = openMigrationJournal(database);

  return withMigrationLock(database, async (transaction) => {
    if (!purge) {
      const history = await readHistory(database, transaction);
      refuseNewerSchema(database, history);
      refuseInterruptedMigration(history);
    }
    await runSql(database, 'delete from migrations', [], transaction);
    await runSql(database, 'delete from migration_journal', [], transaction);
    const chosen = revisions.filter(({ name }) => stamped.has(name));
    for (const { name, checksum } of chosen) {
      await runSql(database, 'insert into migrations (name) values (?)', [name], transaction);
      await journal.write({ name, checksum, interrupted: null }, transaction);
    }
    return { names: chosen.map(({ name }) => name) };
  });
}

function revisionsUpTo(to: string, revisions: readonly Revision[]): ReadonlySet<string> {
  if (to === 'base') return new Set();
  if (to === 'head') {
    requireOneHead(revisions);
    return new Set(revisions.map(({ name }) => name));
  }
  return findLineage(revisions, findRevision(revisions, to).name);
}
