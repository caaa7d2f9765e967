/** A check of a table, as it stands in the statement that made it. */
export type SqliteCheck = {
  /** Null for one without. */
  name: string | null;
  /** The column whose definition it is part of; null for one of the table. */
  column: string | null;
  /** In a line, but for what is in texts. */
  expression: string;
};

/** Finds the checks in a `create table` statement, as SQLite keeps it (sqlite.org, "The Schema Table"). */
export function sqliteChecks(sql: string): SqliteCheck[] {
  const tokens = tokensOf(sql);
  const begin = tokens.indexOf('(');
  if (begin < 0) return [];
  return partsOf(groupAt(tokens, begin)).flatMap(checksOfPart);
}

const tokenPattern =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|(?:\s|--[^\n]*|\/\*.*?\*\/)+|[\p{L}\p{N}_$.]+|[^]/gsu;

/** Texts, names in marks of three kinds, words, single characters, and one space for what is between them. */
const tokensOf = (sql: string): string[] =>
  [...sql.matchAll(tokenPattern)].map(([token]) => (/^(?:\s|--|\/\*)/.test(token) ? ' ' : token));

/** What is between the parenthesis at this place and the one that closes it. */
function groupAt(tokens: readonly string[], begin: number): string[] {
  let depth = 0;
  for (let at = begin; at < tokens.length; at++) {
    if (tokens[at] === '(') depth++;
    if (tokens[at] === ')' && --depth === 0) return tokens.slice(begin + 1, at);
  }
  return tokens.slice(begin + 1);
}

/** Columns and constraints, each by itself and without the space before it. */
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

function checksOfPart(part: readonly string[]): SqliteCheck[] {
  const isConstraint = /^(?:constraint|check|primary|unique|foreign)$/i.test(part[0] ?? '');
  const column = isConstraint ? null : nameOf(part[0] ?? '');
  const checks: SqliteCheck[] = [];
  let depth = 0;
  let name: string | null = null;
  // The first token of a column is its name, and may be a word like these.
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
