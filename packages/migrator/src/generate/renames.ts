import { DatabaseTable, type AbstractSqlPlatform, type DatabaseSchema } from '@mikro-orm/sqlite';
import { DatabaseError, type Engine } from '@latchkey/db';

/** A table, or a column, that is renamed and keeps its data. */
export type Rename = { table: string; column: string | null; to: string };

/**
 * Reads `users.nick:nickname` for a column, and `notes:letters` for a table.
 * @throws DatabaseError `bad_rename`
 */
export function parseRename(text: string): Rename {
  const [, table, column = null, to] = /^(\w+)(?:\.(\w+))?:(?:\w+\.)?(\w+)$/.exec(text.trim()) ?? [];
  if (table && to) return { table, column, to };
  throw new DatabaseError(
    'bad_rename',
    `--rename: found ${text}; expected TABLE.COLUMN:NEW_COLUMN or TABLE:NEW_TABLE, by their names in the database.`,
  );
}

/** A removed and an added column of the same type, which may be a rename. */
export type RenameCandidate = Rename & { type: string };

/** Finds possible renames: removed and added tables or columns of the same shape. */
export function renameCandidates(from: DatabaseSchema, to: DatabaseSchema): RenameCandidate[] {
  const isRemoved = (table: DatabaseTable) => !to.hasTable(table.name);
  const isAdded = (table: DatabaseTable) => !from.hasTable(table.name);
  const shape = (table: DatabaseTable) =>
    JSON.stringify(
      table
        .getColumns()
        .map(({ name, type }) => [name, type.toLowerCase()])
        .sort(),
    );

  const tables = from
    .getTables()
    .filter(isRemoved)
    .flatMap((removed) =>
      to
        .getTables()
        .filter((other) => isAdded(other) && shape(other) === shape(removed))
        .map((other) => ({ table: removed.name, column: null, to: other.name, type: 'the same columns' })),
    );
  const columns = from.getTables().flatMap((before) => {
    const after = to.getTable(before.name);
    if (!after) return [];
    const added = after.getColumns().filter(({ name }) => !before.hasColumn(name));
    return before
      .getColumns()
      .filter(({ name }) => !after.hasColumn(name))
      .flatMap(({ name, type }) =>
        added
          .filter((other) => other.type.toLowerCase() === type.toLowerCase())
          .map((other) => ({ table: before.name, column: name, to: other.name, type })),
      );
  });
  return [...tables, ...columns];
}

/**
 * Applies renames to a schema, so that a comparison does not find them.
 * @throws DatabaseError `bad_rename` if the old name does not exist, the entities lack the new one, or it is already used
 */
export function applyRenames(
  schema: DatabaseSchema,
  target: DatabaseSchema,
  renames: readonly Rename[],
  platform: AbstractSqlPlatform,
): void {
  for (const rename of renames) {
    check(schema, target, rename);
    schema.setTables(schema.getTables().map((table) => renamedTable(table, rename, platform)));
  }
}

function check(schema: DatabaseSchema, target: DatabaseSchema, { table, column, to }: Rename): void {
  const before = schema.getTable(table);
  const after = column === null ? target.getTable(to) : target.getTable(table);
  const exists = before && (column === null || before.hasColumn(column));
  const isInTarget = after && (column === null || after.hasColumn(to));
  const [old, next] = column === null ? [table, to] : [`${table}.${column}`, `${table}.${to}`];
  // Some engines ignore the case of table names.
  const isTaken = column === null ? hasTableLike(schema, to) : before?.hasColumn(to);
  if (exists && isInTarget && !isTaken) return;
  if (exists && isTaken) {
    throw new DatabaseError(
      'bad_rename',
      `--rename: ${old} cannot be renamed to ${next}, which exists. To swap two names, write two migrations with a third name.`,
    );
  }
  throw new DatabaseError(
    'bad_rename',
    exists
      ? `--rename: the entities have no ${next}. Use the name in the database.`
      : `--rename: the migrations create no ${old}.`,
  );
}

const hasTableLike = (schema: DatabaseSchema, name: string): boolean =>
  schema.getTables().some((table) => table.name.toLowerCase() === name.toLowerCase());

function renamedTable(
  table: DatabaseTable,
  { table: old, column, to }: Rename,
  platform: AbstractSqlPlatform,
) {
  const isRenamedTable = table.name === old;
  const copy = new DatabaseTable(platform, isRenamedTable && column === null ? to : table.name, table.schema);
  copy.comment = table.comment ?? '';
  copy.nativeEnums = table.nativeEnums;
  const renamedColumn = (name: string) => (isRenamedTable && name === column ? to : name);
  const renamedReference = (references: string, name: string) =>
    isTable(references, old) && name === column ? to : name;

  // Engines also rename the column in checks and conditions.
  const inSql = (sql: string) => (isRenamedTable && column !== null ? renameInSql(sql, column, to) : sql);
  for (const each of table.getColumns()) {
    const generated = each.generated === undefined ? {} : { generated: inSql(each.generated) };
    copy.addColumn({ ...each, ...generated, name: renamedColumn(each.name) });
  }
  copy.setIndexes(
    table.getIndexes().map((index) => ({
      ...index,
      columnNames: index.columnNames.map(renamedColumn),
      ...(index.where !== undefined && { where: inSql(index.where) }),
    })),
  );
  copy.setChecks(
    table.getChecks().map((check) => ({
      ...check,
      expression: inSql(String(check.expression)),
      ...(check.definition !== undefined && { definition: inSql(check.definition) }),
      ...(check.columnName !== undefined && { columnName: renamedColumn(check.columnName) }),
    })),
  );
  copy.setTriggers(table.getTriggers());
  copy.setForeignKeys(
    Object.fromEntries(
      Object.entries(table.getForeignKeys()).map(([name, key]) => [
        name,
        {
          ...key,
          localTableName:
            isRenamedTable && column === null ? key.localTableName.replace(/\w+$/, to) : key.localTableName,
          columnNames: key.columnNames.map(renamedColumn),
          referencedTableName:
            column === null && isTable(key.referencedTableName, old)
              ? key.referencedTableName.replace(/\w+$/, to)
              : key.referencedTableName,
          referencedColumnNames: key.referencedColumnNames.map((each) =>
            renamedReference(key.referencedTableName, each),
          ),
        },
      ]),
    ),
  );
  return copy;
}

/** Renames a column in an SQL expression, except in string literals and function names. */
function renameInSql(sql: string, column: string, to: string): string {
  const pattern = new RegExp(`'(?:[^']|'')*'|(["\`]?)(?<![\\w.])${column}(?![\\w]|\\s*\\()\\1`, 'g');
  return sql.replace(pattern, (whole: string, mark: string | undefined) =>
    mark === undefined ? whole : `${mark}${to}${mark}`,
  );
}

/** On PostgreSQL the name may be qualified with a schema. */
const isTable = (name: string, table: string) => name === table || name.endsWith(`.${table}`);

/** The statements that apply and revert renames. They differ only in quoting between engines. */
export function renameStatements(
  engine: Engine,
  renames: readonly Rename[],
): { up: string[]; down: string[] } {
  const quote = (name: string) => (engine === 'postgresql' ? `"${name}"` : `\`${name}\``);
  const statement = ({ table, column, to }: Rename) =>
    column === null
      ? `alter table ${quote(table)} rename to ${quote(to)}`
      : `alter table ${quote(table)} rename column ${quote(column)} to ${quote(to)}`;
  const back = ({ table, column, to }: Rename): Rename =>
    column === null ? { table: to, column: null, to: table } : { table, column: to, to: column };
  return { up: renames.map(statement), down: renames.toReversed().map(back).map(statement) };
}
