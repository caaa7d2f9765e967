import { formatDialect, mariadb, postgresql, sqlite } from 'sql-formatter';
import type { Engine } from '../../engine.ts';

/** One text of statements, each ended by a semicolon at the end of its line. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let open = '';
  for (const part of sql.split(/;[ \t]*(?:\n|$)/)) {
    open += open === '' ? part : `;\n${part}`;
    // Within a text in quotation marks a semicolon is a character like others.
    if ((open.match(/'/g)?.length ?? 0) % 2 === 1) continue;
    if (open.trim() !== '') statements.push(open.trim());
    open = '';
  }
  return statements;
}

const dialects = { sqlite, postgresql, mysql: mariadb } as const;

const longestLine = 100;

/** A statement as a person would write it: quotation marks only where a name needs them, long ones in lines. */
export function tidySql(statement: string, engine: Engine): string {
  const plain = unquoted(statement, engine);
  const isTable = /^create table/i.test(plain);
  if (plain.length <= longestLine && !isTable) return plain;
  return formatDialect(plain, {
    dialect: dialects[engine],
    keywordCase: 'lower',
    // What is within parentheses and no longer stays in a line: the columns of a table do not.
    expressionWidth: isTable ? 24 : longestLine,
  });
}

function unquoted(statement: string, engine: Engine): string {
  // Texts are left alone: the first alternative takes them whole.
  return statement.replace(
    /'(?:[^']|'')*'|[`"]([a-z_][a-z0-9_]*)[`"]/g,
    (whole: string, name: string | undefined) => {
      if (!name) return whole;
      if (!isReserved(name)) return name;
      // SQLite takes the standard's marks as well, and a file has to escape the others.
      return engine === 'sqlite' ? `"${name}"` : whole;
    },
  );
}

const reserved = new Set(
  Object.values(dialects).flatMap(({ tokenizerOptions: options }) =>
    [
      options.reservedSelect,
      options.reservedClauses,
      options.reservedSetOperations,
      options.reservedJoins,
      options.reservedKeywords,
      options.reservedDataTypes,
      options.reservedFunctionNames,
    ]
      .flat()
      .flatMap((words) => words.toLowerCase().split(/\W+/)),
  ),
);

/** Names of types that every engine takes as the name of a column. */
const harmless = new Set(['text', 'date']);

const isReserved = (name: string) => reserved.has(name) && !harmless.has(name);
