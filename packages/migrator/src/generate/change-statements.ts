import { SchemaComparator, type DatabaseSchema, type SchemaDifference } from '@mikro-orm/sqlite';
import { neutralValue } from './neutral-value.ts';
import type { SchemaState } from './schema-state.ts';
import { needsRebuild, rebuildStatements } from './sqlite-rebuild.ts';
import { splitStatements } from './split-statements.ts';

type Tools = Pick<SchemaState, 'engine' | 'platform' | 'generator'>;

/** What leads from one schema to another. Renames are none of its business: they are known, and not guessed. */
export function differenceOf(
  { platform }: Pick<SchemaState, 'platform'>,
  from: DatabaseSchema,
  to: DatabaseSchema,
): SchemaDifference {
  const comparator = new SchemaComparator(platform);
  // The cast: MikroORM guesses that a column which is gone and one that is new are the same; it has no setting for it.
  (comparator as unknown as { detectColumnRenamings: () => void }).detectColumnRenamings = () => undefined;
  return comparator.compare(from, to);
}

/**
 * The statements that make it so, in their order.
 * @param options.fillsIn for the way back: a required column comes back where there are rows, with a neutral value in it
 */
export function statementsFor(
  tools: Tools,
  from: DatabaseSchema,
  to: DatabaseSchema,
  { fillsIn = false }: { fillsIn?: boolean } = {},
): string[] {
  const difference = differenceOf(tools, from, to);
  const { engine, platform, generator } = tools;
  const rebuilt = engine === 'sqlite' ? Object.values(difference.changedTables).filter(needsRebuild) : [];
  const changed = Object.entries(difference.changedTables).filter(([, change]) => !rebuilt.includes(change));
  difference.changedTables = Object.fromEntries(changed);
  const filled = fillsIn && engine !== 'sqlite' ? fillIn(difference, tools) : [];
  const options = { wrap: false, safe: false, dropTables: true };
  const sql = generator.diffToSQL(difference, options);
  return [
    ...(engine === 'sqlite' ? [] : preparations(difference, tools)),
    ...splitStatements(sql, engine).map(withoutPrecaution),
    ...(engine === 'postgresql' ? defaultsAfter(difference, tools) : []),
    ...filled,
    ...rebuilt.flatMap((change) => rebuildStatements(change, platform, { fillsIn })),
  ];
}

/**
 * Gives required columns that come back a default for the rows that are there.
 * @returns the statements that take it away again
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

/** What has to be so before a column can be changed. */
function preparations({ changedTables }: SchemaDifference, { engine, platform }: Tools): string[] {
  const quote = (name: string) => platform.quoteIdentifier(name);
  return Object.values(changedTables).flatMap(({ toTable: { name: table }, changedColumns }) =>
    Object.values(changedColumns).flatMap(({ fromColumn: from, column: to, changedProperties }) => [
      // Where there is nothing, and something has to be.
      ...(from.nullable && !to.nullable && isSet(to.default)
        ? [`update ${quote(table)} set ${quote(to.name)} = ${to.default} where ${quote(to.name)} is null`]
        : []),
      // PostgreSQL changes no type of which it cannot change the default as well.
      ...(engine === 'postgresql' && changedProperties.has('type') && isSet(from.default)
        ? [`alter table ${quote(table)} alter column ${quote(to.name)} drop default`]
        : []),
    ]),
  );
}

/** The default of a column whose type has changed, which was taken away before. */
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

/** A migration knows what is there: a table that is not, or a view that hangs on it, is a mistake to be told. */
function withoutPrecaution(statement: string): string {
  return statement.replace(/^drop table if exists (\S+)(?: cascade)?$/i, 'drop table $1');
}
