import { DatabaseError } from '../database-error.ts';

type Execute = (sql: string) => Promise<Record<string, unknown>[]>;

type Part = { type: string; name: string; table: string; sql: string };

/**
 * SQLite changes a table by making another one in its place, and with the old table go its triggers and its indexes, those
 * as well that somebody has made by hand and no migration knows. They are put back, save what a statement drops by name.
 * A table counts as made anew when it was made as `NAME__new` and then renamed.
 * @param work runs a migration's statements, and answers which they were
 * @throws DatabaseError `failed_migration` when one does not fit the table any more
 */
export async function keepingHandmadeParts(
  revision: string,
  execute: Execute,
  work: () => Promise<readonly string[]>,
): Promise<void> {
  const before = await partsOf(execute);
  const statements = await work();
  const [dropped, madeAnew] = [statements.map(droppedBy), statements.map(madeAnewBy)];
  const after = (await partsOf(execute)).map(({ name }) => name);

  for (const { type, name, table, sql } of before) {
    if (!madeAnew.includes(table) || after.includes(name) || dropped.includes(name)) continue;
    await execute(sql).catch((error: unknown) => {
      throw new DatabaseError(
        'failed_migration',
        `${revision} makes ${table} anew, and its ${type} ${name} does not fit any more. ` +
          'Drop it in the migration, or make another one there.',
        { cause: error },
      );
    });
  }
}

async function partsOf(execute: Execute): Promise<Part[]> {
  const rows = await execute(
    "select type, name, tbl_name, sql from sqlite_master where type in ('trigger', 'index') and sql is not null",
  );
  return rows.map((row) => ({
    type: String(row['type']),
    name: String(row['name']),
    table: String(row['tbl_name']),
    sql: String(row['sql']),
  }));
}

/** The index or trigger that a statement drops. */
function droppedBy(statement: string): string | undefined {
  return /^\s*drop\s+(?:index|trigger)\s+(?:if\s+exists\s+)?["`[]?(\w+)/i.exec(statement)?.[1];
}

/** The table that a statement puts in place of the one that was there. */
function madeAnewBy(statement: string): string | undefined {
  const [, temporary, table] =
    /^\s*alter\s+table\s+["`[]?(\w+?)__new["`\]]?\s+rename\s+to\s+["`[]?(\w+)/i.exec(statement) ?? [];
  return temporary === table ? table : undefined;
}
