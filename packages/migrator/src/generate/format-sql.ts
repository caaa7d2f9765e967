import { formatDialect, mariadb, postgresql, sqlite } from 'sql-formatter';
import type { Engine } from '@latchkey/db';
import { textPattern } from './split-statements.ts';

const dialects = { sqlite, postgresql, mysql: mariadb } as const;

const longestLine = 100;

/** A statement as a person would write it: quotation marks only where a name needs them, long ones in lines. */
export function formatSql(statement: string, engine: Engine): string {
  const plain = unquoted(statement, engine);
  const isTable = /^create table/i.test(plain);
  if (plain.length <= longestLine && !isTable) return plain;
  try {
    return formatDialect(plain, {
      dialect: dialects[engine],
      keywordCase: 'lower',
      // What is within parentheses and no longer stays in a line: the columns of a table do not.
      expressionWidth: isTable ? 24 : longestLine,
    });
  } catch {
    // Something that the formatter does not know is as good in one line.
    return plain;
  }
}

function unquoted(statement: string, engine: Engine): string {
  // Texts are left alone: the first alternative takes them whole.
  return statement.replace(
    new RegExp(`${textPattern(engine)}|[\`"]([a-z_][a-z0-9_]*)[\`"]`, 'g'),
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
