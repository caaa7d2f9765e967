import { createHash } from 'node:crypto';
import type { Migration } from '@mikro-orm/migrations';
import type { Direction } from './migration-journal.ts';

/** The statements that a migration has collected with `addSql`, as text. Runs what its `up` or `down` does on the way. */
export async function collectStatements(migration: Migration, direction: Direction): Promise<string[]> {
  await migration[direction]();
  return migration.getQueries().map((query) => {
    if (typeof query === 'string') return unindented(query);
    throw new TypeError('addSql takes SQL as text; what has values is for execute().');
  });
}

/** Which statements these are: for whether those that ran are still those that stand in the file. */
export const statementsChecksum = (statements: readonly string[]): string =>
  createHash('sha256').update(statements.join(';\n').replace(/\s+/g, ' ')).digest('hex');

/** A text that stands indented in a file, at the left margin. */
function unindented(sql: string): string {
  const lines = sql
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const margin = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines
    .map((line) => line.slice(margin))
    .join('\n')
    .trim()
    .replace(/;$/, '');
}
