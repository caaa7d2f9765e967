import { DatabaseTable, type AbstractSqlPlatform, type DatabaseSchema } from '@mikro-orm/sqlite';
import { DatabaseError, type Engine } from '@latchkey/db';

/** A table, or a column of one, that keeps its rows under another name. */
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

/** A column that is gone and one that is new, of the same type: the one may be the other. */
export type RenameCandidate = Rename & { type: string };

/** Where a rename may be meant, in the words of this engine's schema. */
export function renameCandidates(from: DatabaseSchema, to: DatabaseSchema): RenameCandidate[] {
  const isGone = (table: DatabaseTable) => !to.hasTable(table.name);
  const isNew = (table: DatabaseTable) => !from.hasTable(table.name);
  const shape = (table: DatabaseTable) =>
    JSON.stringify(
      table
        .getColumns()
        .map(({ name, type }) => [name, type.toLowerCase()])
        .sort(),
    );

  const tables = from
    .getTables()
    .filter(isGone)
    .flatMap((gone) =>
      to
        .getTables()
        .filter((other) => isNew(other) && shape(other) === shape(gone))
        .map((other) => ({ table: gone.name, column: null, to: other.name, type: 'the same columns' })),
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
 * The schema with the names as they will be: what differs after that is more than a name.
 * @throws DatabaseError `bad_rename` for what is not there, and for what is not wanted
 */
export function renamed(
  schema: DatabaseSchema,
  wanted: DatabaseSchema,
  renames: readonly Rename[],
  platform: AbstractSqlPlatform,
): void {
  for (const rename of renames) {
    check(schema, wanted, rename);
    schema.setTables(schema.getTables().map((table) => renamedTable(table, rename, platform)));
  }
}

function check(schema: DatabaseSchema, wanted: DatabaseSchema, { table, column, to }: Rename): void {
  const before = schema.getTable(table);
  const after = column === null ? wanted.getTable(to) : wanted.getTable(table);
  const isThere = before && (column === null || before.hasColumn(column));
  const isWanted = after && (column === null || after.hasColumn(to));
  const [old, next] = column === null ? [table, to] : [`${table}.${column}`, `${table}.${to}`];
  // Engines tell names of tables apart, or not, by their case.
  const isTaken = column === null ? hasTableLike(schema, to) : before?.hasColumn(to);
  if (isThere && isWanted && !isTaken) return;
  if (isThere && isTaken) {
    throw new DatabaseError(
      'bad_rename',
      `--rename: ${old} cannot be called ${next}, for there is one of that name. Two that change their names are renamed in two migrations, by way of a third name.`,
    );
  }
  throw new DatabaseError(
    'bad_rename',
    isThere
      ? `--rename: the entities have no ${next}. Give it as it is to be called in the database.`
      : `--rename: the migrations know of no ${old}.`,
  );
}

const hasTableLike = (schema: DatabaseSchema, name: string): boolean =>
  schema.getTables().some((table) => table.name.toLowerCase() === name.toLowerCase());

function renamedTable(
  table: DatabaseTable,
  { table: old, column, to }: Rename,
  platform: AbstractSqlPlatform,
) {
  const isIt = table.name === old;
  const copy = new DatabaseTable(platform, isIt && column === null ? to : table.name, table.schema);
  copy.comment = table.comment ?? '';
  copy.nativeEnums = table.nativeEnums;
  const own = (name: string) => (isIt && name === column ? to : name);
  const foreign = (references: string, name: string) =>
    isTable(references, old) && name === column ? to : name;

  // Engines write the new name into what they have of checks and conditions.
  const inSql = (sql: string) => (isIt && column !== null ? renamedInSql(sql, column, to) : sql);
  for (const each of table.getColumns()) {
    const generated = each.generated === undefined ? {} : { generated: inSql(each.generated) };
    copy.addColumn({ ...each, ...generated, name: own(each.name) });
  }
  copy.setIndexes(
    table.getIndexes().map((index) => ({
      ...index,
      columnNames: index.columnNames.map(own),
      ...(index.where !== undefined && { where: inSql(index.where) }),
    })),
  );
  copy.setChecks(
    table.getChecks().map((check) => ({
      ...check,
      expression: inSql(String(check.expression)),
      ...(check.definition !== undefined && { definition: inSql(check.definition) }),
      ...(check.columnName !== undefined && { columnName: own(check.columnName) }),
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
            isIt && column === null ? key.localTableName.replace(/\w+$/, to) : key.localTableName,
          columnNames: key.columnNames.map(own),
          referencedTableName:
            column === null && isTable(key.referencedTableName, old)
              ? key.referencedTableName.replace(/\w+$/, to)
              : key.referencedTableName,
          referencedColumnNames: key.referencedColumnNames.map((each) =>
            foreign(key.referencedTableName, each),
          ),
        },
      ]),
    ),
  );
  return copy;
}

/** A column's new name in a condition, which has texts and functions in it that may be called alike. */
function renamedInSql(sql: string, column: string, to: string): string {
  const pattern = new RegExp(`'(?:[^']|'')*'|(["\`]?)(?<![\\w.])${column}(?![\\w]|\\s*\\()\\1`, 'g');
  return sql.replace(pattern, (whole: string, mark: string | undefined) =>
    mark === undefined ? whole : `${mark}${to}${mark}`,
  );
}

/** PostgreSQL's names have their schema before them. */
const isTable = (name: string, table: string) => name === table || name.endsWith(`.${table}`);

/** The statements that rename, and those that take it back. All engines say it alike. */
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
