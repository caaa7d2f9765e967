import { formatDialect, mariadb, postgresql, sqlite } from 'sql-formatter';
import type { Engine } from '@latchkey/db';
import { textPattern } from './split-statements.ts';

const dialects = { sqlite, postgresql, mysql: mariadb } as const;

const maxLineLength = 100;

/** Formats a statement: quotes only names that need it, and breaks long lines. */
export function formatSql(statement: string, engine: Engine): string {
  const plain = unquoted(statement, engine);
  const isTable = /^create table/i.test(plain);
  if (plain.length <= maxLineLength && !isTable) return plain;
  try {
    return formatDialect(plain, {
      dialect: dialects[engine],
      keywordCase: 'lower',
      // Shorter parentheses stay on one line. The low limit puts each column of a table on its own line.
      expressionWidth: isTable ? 24 : maxLineLength,
    });
  } catch {
    // Statements that the formatter cannot parse stay on one line.
    return plain;
  }
}

function unquoted(statement: string, engine: Engine): string {
  // The first alternative matches string literals, which stay unchanged.
  return statement.replace(
    new RegExp(`${textPattern(engine)}|[\`"]([a-z_][a-z0-9_]*)[\`"]`, 'g'),
    (whole: string, name: string | undefined) => {
      if (!name) return whole;
      if (!isReserved(name)) return name;
      // SQLite also accepts double quotes, which need no escaping in a template literal.
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

/** Names of types that every engine accepts as the name of a column. */
const allowed = new Set(['text', 'date']);

const isReserved = (name: string) => reserved.has(name) && !allowed.has(name);
