import type { Database } from '@latchkey/db';
import { runSql, standardSql } from '@latchkey/db/sql';
import { BackupError } from './backup-error.ts';

/**
 * Somebody else's table that refers to one of ours would be left with rows that refer to nothing. PostgreSQL sees to it
 * by itself, and to views as well.
 * @throws BackupError `depended_on`
 */
export async function refuseDependents(database: Database, tables: readonly string[]): Promise<void> {
  const sql = askingFor(database, tables.map(standardSql.text).join(', '));
  if (sql === null) return;
  const [found] = await runSql(database, sql);
  if (found)
    throw dependedOn(database, `the table ${String(found['name'])} refers to ${String(found['target'])}`);
}

function askingFor({ engine }: Database, ours: string): string | null {
  switch (engine) {
    case 'postgresql':
      return null;
    case 'sqlite':
      return (
        'select m.name as name, f."table" as target from sqlite_master m, pragma_foreign_key_list(m.name) f ' +
        `where m.type = 'table' and f."table" in (${ours}) and m.name not in (${ours}) limit 1`
      );
    case 'mysql':
      return (
        'select table_name as name, referenced_table_name as target from information_schema.referential_constraints ' +
        `where unique_constraint_schema = database() and referenced_table_name in (${ours}) ` +
        `and not (constraint_schema = database() and table_name in (${ours})) limit 1`
      );
  }
}

/** @param what for instance `view of_mine depends on table users` */
export const dependedOn = ({ location }: Pick<Database, 'location'>, what: string): BackupError =>
  new BackupError(
    'depended_on',
    `Somebody else's things in ${location} hang on tables of the application: ${what}. Nothing was dropped. ` +
      'Drop those first, or move them to a database of their own.',
  );
