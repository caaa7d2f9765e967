/** A check of a table, from its `create table` statement. */
export type SqliteCheck = {
  /** Null if the check has no name. */
  name: string | null;
  /** The column that defines the check; null for a check of the table. */
  column: string | null;
  /** On one line, except line breaks in string literals. */
  expression: string;
};

/** Finds the checks in a `create table` statement, as SQLite stores it (sqlite.org, "The Schema Table"). */
export function sqliteChecks(sql: string): SqliteCheck[] {
  const tokens = tokenize(sql);
  const begin = tokens.indexOf('(');
  if (begin < 0) return [];
  return partsOf(groupAt(tokens, begin)).flatMap(parseChecks);
}

const tokenPattern =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|(?:\s|--[^\n]*|\/\*.*?\*\/)+|[\p{L}\p{N}_$.]+|[^]/gsu;

/** String literals, quoted names, words, and single characters; whitespace and comments become one space. */
const tokenize = (sql: string): string[] =>
  [...sql.matchAll(tokenPattern)].map(([token]) => (/^(?:\s|--|\/\*)/.test(token) ? ' ' : token));

/** The tokens between the parenthesis at this index and its closing parenthesis. */
function groupAt(tokens: readonly string[], begin: number): string[] {
  let depth = 0;
  for (let at = begin; at < tokens.length; at++) {
    if (tokens[at] === '(') depth++;
    if (tokens[at] === ')' && --depth === 0) return tokens.slice(begin + 1, at);
  }
  return tokens.slice(begin + 1);
}

/** Splits at the commas between columns and constraints. */
function partsOf(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.map((part) => (part[0] === ' ' ? part.slice(1) : part));
}

function parseChecks(part: readonly string[]): SqliteCheck[] {
  const isConstraint = /^(?:constraint|check|primary|unique|foreign)$/i.test(part[0] ?? '');
  const column = isConstraint ? null : nameOf(part[0] ?? '');
  const checks: SqliteCheck[] = [];
  let depth = 0;
  let name: string | null = null;
  // The first token of a column is its name, which may be one of these keywords.
  for (let at = isConstraint ? 0 : 1; at < part.length; at++) {
    const token = part[at] ?? '';
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (depth > 0) continue;
    if (/^constraint$/i.test(token)) name = nameOf(part[at + 2] ?? '');
    else if (/^check$/i.test(token)) {
      checks.push({ name, column, expression: groupAt(part, part.indexOf('(', at)).join('').trim() });
      name = null;
    }
  }
  return checks;
}

const nameOf = (token: string): string => token.replace(/^["`[](.*)["`\]]$/s, '$1');
