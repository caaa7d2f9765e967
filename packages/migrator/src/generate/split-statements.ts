import type { Engine } from '@latchkey/db';

/** Splits a script at semicolons at the end of a line, outside of quotation marks. */
export function splitStatements(sql: string, engine: Engine): string[] {
  const pieces = new RegExp(`${textPattern(engine)}|"[^"]*"|\`[^\`]*\`|(?<end>;[ \\t]*(?:\\n|$))|[^]`, 'g');
  const statements = [''];
  for (const { 0: piece, groups } of sql.matchAll(pieces)) {
    if (groups?.['end'] === undefined) statements.push((statements.pop() ?? '') + piece);
    else statements.push('');
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

/** A string literal. In MySQL a backslash escapes a character; in the others only a doubled quote does. */
export const textPattern = (engine: Engine): string =>
  engine === 'mysql' ? String.raw`'(?:[^'\\]|''|\\[^])*'` : "'(?:[^']|'')*'";
