import type { Database } from '@latchkey/db';
import { collectStatements } from './migration-statements.ts';
import { readRevisions, type Revision } from './revisions.ts';

/**
 * Every table that a migration makes, by all names that it has had, whether or not it is there. A table that a migration
 * makes with `execute()` is not seen.
 */
export async function createdTables({ engine, orm, migrationsFolder }: Database): Promise<string[]> {
  const revisions = await readRevisions(engine, migrationsFolder);
  const statements = await Promise.all(revisions.map((revision) => statementsOf(revision, orm)));
  return [...new Set(statements.flat().flatMap((statement) => tableMadeBy(statement) ?? []))];
}

/** None for one that works on the data. */
async function statementsOf({ migration: Class }: Revision, orm: Database['orm']): Promise<string[]> {
  // The cast: MikroORM's core knows its driver by an interface, and this is the one for SQL.
  const migration = new Class(orm.em.getDriver() as never, orm.config);
  let worksOnData = false;
  const refuse = (): never => {
    worksOnData = true;
    throw new Error('Only its statements are asked for.');
  };
  Object.assign(migration, { execute: refuse, getEntityManager: refuse });
  return collectStatements(migration, 'up').catch((error: unknown) => {
    if (worksOnData) return [];
    throw error;
  });
}

const name = '["`[]?([^\\s"`\\](]+)';

const making = [
  new RegExp(`^\\s*create\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?${name}`, 'i'),
  new RegExp(`^\\s*alter\\s+table\\s+\\S+\\s+rename\\s+to\\s+${name}`, 'i'),
  new RegExp(`^\\s*rename\\s+table\\s+\\S+\\s+to\\s+${name}`, 'i'),
];

const tableMadeBy = (statement: string): string | undefined =>
  making.map((pattern) => pattern.exec(statement)?.[1]).find((table) => table !== undefined);
