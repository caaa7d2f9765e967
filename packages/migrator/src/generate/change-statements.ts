import { SchemaComparator, type DatabaseSchema, type SchemaDifference } from '@mikro-orm/sqlite';
import { neutralValue } from './neutral-value.ts';
import type { SchemaState } from './schema-state.ts';
import { needsRebuild, rebuildStatements } from './sqlite-rebuild.ts';
import { splitStatements } from './split-statements.ts';

type Tools = Pick<SchemaState, 'engine' | 'platform' | 'generator'>;

/** The difference between two schemas. Renames are not guessed: they are passed explicitly, and applied before. */
export function compareSchemas(
  { platform }: Pick<SchemaState, 'platform'>,
  from: DatabaseSchema,
  to: DatabaseSchema,
): SchemaDifference {
  const comparator = new SchemaComparator(platform);
  // The cast: MikroORM guesses renamed columns in this private method, and has no option to disable it.
  (comparator as unknown as { detectColumnRenamings: () => void }).detectColumnRenamings = () => undefined;
  return comparator.compare(from, to);
}

/**
 * The statements that change one schema into another.
 * @param options.fillsIn for a downgrade: restored required columns get a neutral value in existing rows
 */
export function createStatements(
  tools: Tools,
  from: DatabaseSchema,
  to: DatabaseSchema,
  { fillsIn = false }: { fillsIn?: boolean } = {},
): string[] {
  const difference = compareSchemas(tools, from, to);
  const { engine, platform, generator } = tools;
  const rebuilt = engine === 'sqlite' ? Object.values(difference.changedTables).filter(needsRebuild) : [];
  const changed = Object.entries(difference.changedTables).filter(([, change]) => !rebuilt.includes(change));
  difference.changedTables = Object.fromEntries(changed);
  const filled = fillsIn && engine !== 'sqlite' ? fillIn(difference, tools) : [];
  const options = { wrap: false, safe: false, dropTables: true };
  const sql = generator.diffToSQL(difference, options);
  return [
    ...(engine === 'sqlite' ? [] : preparations(difference, tools)),
    ...splitStatements(sql, engine).map(withoutIfExists),
    ...(engine === 'postgresql' ? defaultsAfter(difference, tools) : []),
    ...filled,
    ...rebuilt.flatMap((change) => rebuildStatements(change, platform, { fillsIn })),
  ];
}

/**
 * Adds a temporary default to required columns that a downgrade restores.
 * @returns the statements that drop these defaults
 */
function fillIn({ changedTables }: SchemaDifference, { engine, platform }: Tools): string[] {
  const quote = (name: string) => platform.quoteIdentifier(name);
  return Object.values(changedTables).flatMap((change) =>
    Object.values(change.addedColumns).flatMap((column) => {
      const value = neutralValue(column, change.toTable, engine);
      if (value === null) return [];
      change.addedColumns[column.name] = { ...column, default: value };
      return [`alter table ${quote(change.toTable.name)} alter column ${quote(column.name)} drop default`];
    }),
  );
}

/** Statements that must run before a column can be changed. */
function preparations({ changedTables }: SchemaDifference, { engine, platform }: Tools): string[] {
  const quote = (name: string) => platform.quoteIdentifier(name);
  return Object.values(changedTables).flatMap(({ toTable: { name: table }, changedColumns }) =>
    Object.values(changedColumns).flatMap(({ fromColumn: from, column: to, changedProperties }) => [
      // A column that becomes required gets its default where it is null.
      ...(from.nullable && !to.nullable && isSet(to.default)
        ? [`update ${quote(table)} set ${quote(to.name)} = ${to.default} where ${quote(to.name)} is null`]
        : []),
      // PostgreSQL cannot change a type if it cannot convert the default.
      ...(engine === 'postgresql' && changedProperties.has('type') && isSet(from.default)
        ? [`alter table ${quote(table)} alter column ${quote(to.name)} drop default`]
        : []),
    ]),
  );
}

/** Restores the defaults that were dropped before the type of a column was changed. */
function defaultsAfter({ changedTables }: SchemaDifference, { platform }: Tools): string[] {
  const quote = (name: string) => platform.quoteIdentifier(name);
  return Object.values(changedTables).flatMap(({ toTable: { name: table }, changedColumns }) =>
    Object.values(changedColumns)
      .filter(({ changedProperties }) => changedProperties.has('type') && !changedProperties.has('default'))
      .flatMap(({ column: { name, default: value } }) =>
        isSet(value) ? [`alter table ${quote(table)} alter column ${quote(name)} set default ${value}`] : [],
      ),
  );
}

const isSet = (value: string | null | undefined): value is string => value !== null && value !== undefined;

/** A missing table, or a view that depends on it, must be an error. */
function withoutIfExists(statement: string): string {
  return statement.replace(/^drop table if exists (\S+)(?: cascade)?$/i, 'drop table $1');
}
