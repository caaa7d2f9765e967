import { DatabaseError } from '@latchkey/db';

type Execute = (sql: string) => Promise<Record<string, unknown>[]>;

type SchemaObject = { type: string; name: string; table: string; sql: string };

/**
 * Runs the statements of a migration. A rebuilt table is dropped together with its indexes and triggers; those that no
 * statement creates or drops by name are created again. A table is rebuilt if it is created as `NAME__new` and then renamed.
 * @param run runs one of the statements
 * @throws DatabaseError `failed_migration` if an index or trigger does not match the rebuilt table
 */
export async function restoreIndexesAndTriggers(
  revision: string,
  statements: readonly string[],
  execute: Execute,
  run: (statement: string, index: number) => Promise<void>,
): Promise<void> {
  const rebuilt = statements.map(findRebuiltTable);
  const created = statements.map(findCreatedIndex);
  let dropped: SchemaObject[] = [];
  for (const [index, statement] of statements.entries()) {
    const table = findDroppedTable(statement);
    // Read directly before the drop and restored directly after the rename, because SQLite rewrites them when a column is
    // renamed.
    if (table !== undefined && rebuilt.includes(table)) {
      dropped = (await schemaObjects(execute)).filter(
        (object) => object.table === table && !created.includes(object.name),
      );
    }
    await run(statement, index);
    if (rebuilt[index] !== undefined) for (const object of dropped.splice(0)) await restore(object);
  }

  async function restore({ type, name, table, sql }: SchemaObject): Promise<void> {
    await execute(sql).catch((error: unknown) => {
      throw new DatabaseError(
        'failed_migration',
        `${revision} rebuilds ${table}, and its ${type} ${name} does not match the new table. ` +
          'Drop or replace it in the migration.',
        { cause: error },
      );
    });
  }
}

async function schemaObjects(execute: Execute): Promise<SchemaObject[]> {
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

/** The index that a statement creates. */
function findCreatedIndex(statement: string): string | undefined {
  return /^\s*create\s+(?:unique\s+)?index\s+["`[]?(\w+)/i.exec(statement)?.[1];
}

/** The table that a statement drops. */
function findDroppedTable(statement: string): string | undefined {
  return /^\s*drop\s+table\s+["`[]?(\w+)/i.exec(statement)?.[1];
}

/** The table that a statement replaces with its rebuilt copy. */
export function findRebuiltTable(statement: string): string | undefined {
  const [, temporary, table] =
    /^\s*alter\s+table\s+["`[]?(\w+?)__new["`\]]?\s+rename\s+to\s+["`[]?(\w+)/i.exec(statement) ?? [];
  return temporary === table ? table : undefined;
}
