import type { Database } from '@latchkey/db';
import { runSql, standardSql } from '@latchkey/db/sql';
import { BackupError } from './backup-error.ts';

/**
 * Throws if a table that will not be dropped has a foreign key to one of the given tables, since its rows would refer to
 * nothing. PostgreSQL checks this itself when a table is dropped, and views as well.
 * @throws BackupError `depended_on`
 */
export async function refuseDependents(database: Database, tables: readonly string[]): Promise<void> {
  const sql = dependentsQuery(database, tables.map(standardSql.text).join(', '));
  if (sql === null) return;
  const [found] = await runSql(database, sql);
  if (found)
    throw dependedOn(database, `the table ${String(found['name'])} refers to ${String(found['target'])}`);
}

function dependentsQuery({ engine }: Database, dropped: string): string | null {
  switch (engine) {
    case 'postgresql':
      return null;
    case 'sqlite':
      return (
        'select m.name as name, f."table" as target from sqlite_master m, pragma_foreign_key_list(m.name) f ' +
        `where m.type = 'table' and f."table" in (${dropped}) and m.name not in (${dropped}) limit 1`
      );
    case 'mysql':
      return (
        'select table_name as name, referenced_table_name as target from information_schema.referential_constraints ' +
        `where unique_constraint_schema = database() and referenced_table_name in (${dropped}) ` +
        `and not (constraint_schema = database() and table_name in (${dropped})) limit 1`
      );
  }
}

/** @param what for example `view of_mine depends on table users` */
export const dependedOn = ({ location }: Pick<Database, 'location'>, what: string): BackupError =>
  new BackupError(
    'depended_on',
    `Other objects in ${location} depend on tables of the application: ${what}. Nothing was dropped. ` +
      'Drop them first, or move them to another database.',
  );
