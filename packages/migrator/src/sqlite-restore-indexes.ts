import { DatabaseError } from '@latchkey/db';

type Execute = (sql: string) => Promise<Record<string, unknown>[]>;

type Part = { type: string; name: string; table: string; sql: string };

/**
 * SQLite changes a table by making another one in its place, and with the old table go its triggers and its indexes, those
 * as well that somebody has made by hand and no migration knows. They are put back, save what a statement drops or makes by name.
 * A table counts as made anew when it was made as `NAME__new` and then renamed.
 * @param run runs one of a migration's statements
 * @throws DatabaseError `failed_migration` when one does not fit the table any more
 */
export async function restoreIndexesAndTriggers(
  revision: string,
  statements: readonly string[],
  execute: Execute,
  run: (statement: string, index: number) => Promise<void>,
): Promise<void> {
  const madeAnew = statements.map(tableRebuiltBy);
  const made = statements.map(indexMadeBy);
  let lost: Part[] = [];
  for (const [index, statement] of statements.entries()) {
    const table = tableDroppedBy(statement);
    // As they are by now, and back as soon as the table is: a column may be renamed before and after it, which SQLite
    // writes into them.
    if (table !== undefined && madeAnew.includes(table)) {
      lost = (await partsOf(execute)).filter((part) => part.table === table && !made.includes(part.name));
    }
    await run(statement, index);
    if (madeAnew[index] !== undefined) for (const part of lost.splice(0)) await putBack(part);
  }

  async function putBack({ type, name, table, sql }: Part): Promise<void> {
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

/** The index that a statement makes. */
function indexMadeBy(statement: string): string | undefined {
  return /^\s*create\s+(?:unique\s+)?index\s+["`[]?(\w+)/i.exec(statement)?.[1];
}

/** The table that a statement drops. */
function tableDroppedBy(statement: string): string | undefined {
  return /^\s*drop\s+table\s+["`[]?(\w+)/i.exec(statement)?.[1];
}

/** The table that a statement puts in place of the one that was there. */
export function tableRebuiltBy(statement: string): string | undefined {
  const [, temporary, table] =
    /^\s*alter\s+table\s+["`[]?(\w+?)__new["`\]]?\s+rename\s+to\s+["`[]?(\w+)/i.exec(statement) ?? [];
  return temporary === table ? table : undefined;
}
