import { createHash } from 'node:crypto';
import type { Migration } from '@mikro-orm/migrations';
import type { Direction } from './migration-journal.ts';

/** Runs the `up` or `down` of a migration, and returns the statements that it passes to `addSql`. */
export async function collectStatements(migration: Migration, direction: Direction): Promise<string[]> {
  await migration[direction]();
  return migration.getQueries().map((query) => {
    if (typeof query === 'string') return unindented(query);
    throw new TypeError('addSql accepts SQL as text. Use execute() for statements with values.');
  });
}

/** Identifies statements that ran, to detect an edited file. */
export const statementsChecksum = (statements: readonly string[]): string =>
  createHash('sha256').update(statements.join(';\n').replace(/\s+/g, ' ')).digest('hex');

/** Removes the common indentation, and a semicolon at the end. */
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
