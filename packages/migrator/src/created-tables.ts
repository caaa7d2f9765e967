import type { Database } from '@latchkey/db';
import { collectStatements } from './migration-statements.ts';
import { readRevisions, type Revision } from './revisions.ts';

/**
 * All tables that migrations create, under all names that they have had, including dropped tables. Tables that a migration
 * creates with `execute()` are not found.
 */
export async function readCreatedTables({ engine, orm, migrationsFolder }: Database): Promise<string[]> {
  const revisions = await readRevisions(engine, migrationsFolder);
  const statements = await Promise.all(revisions.map((revision) => statementsOf(revision, orm)));
  return [...new Set(statements.flat().flatMap((statement) => findCreatedTable(statement) ?? []))];
}

/** Empty for a migration that reads or writes data from TypeScript. */
async function statementsOf({ migration: Class }: Revision, orm: Database['orm']): Promise<string[]> {
  // The cast: MikroORM's core types its driver as an interface, and this is the one for SQL.
  const migration = new Class(orm.em.getDriver() as never, orm.config);
  let usesData = false;
  const refuse = (): never => {
    usesData = true;
    throw new Error('Not available while statements are collected.');
  };
  Object.assign(migration, { execute: refuse, getEntityManager: refuse });
  return collectStatements(migration, 'up').catch((error: unknown) => {
    if (usesData) return [];
    throw error;
  });
}

const name = '["`[]?([^\\s"`\\](]+)';

const creating = [
  new RegExp(`^\\s*create\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?${name}`, 'i'),
  new RegExp(`^\\s*alter\\s+table\\s+\\S+\\s+rename\\s+to\\s+${name}`, 'i'),
  new RegExp(`^\\s*rename\\s+table\\s+\\S+\\s+to\\s+${name}`, 'i'),
];

const findCreatedTable = (statement: string): string | undefined =>
  creating.map((pattern) => pattern.exec(statement)?.[1]).find((table) => table !== undefined);
