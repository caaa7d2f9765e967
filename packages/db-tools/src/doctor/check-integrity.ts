import type { Database } from '@latchkey/db';
import { runSql, isMissingTable, quoteName } from '@latchkey/db/sql';
import { openCopyProgress } from '../copy/copy-progress.ts';
import { findOrphans } from '../copy/orphans.ts';
import { listTables } from '../copy/tables.ts';
import { fine, wrong, type Finding } from './finding.ts';

const restoreBackup = 'Make a copy of the damaged database, then restore the last backup: pnpm db restore';

/** Runs the engine's own check of pages and indexes. PostgreSQL has none in SQL. */
export async function checkIntegrity(database: Database): Promise<Finding[]> {
  switch (database.engine) {
    case 'sqlite':
      return checkSqlite(database);
    case 'mysql':
      return checkMysql(database);
    case 'postgresql':
      return [];
  }
}

async function checkSqlite(database: Database): Promise<Finding[]> {
  const rows = await runSql(database, 'pragma integrity_check(5)');
  const problems = rows.map((row) => String(row['integrity_check']).replaceAll('\n', ' '));
  if (problems.join() === 'ok') return [fine('integrity_check', 'ok')];
  return problems.map((problem) => wrong('integrity_check', problem, restoreBackup));
}

async function checkMysql(database: Database): Promise<Finding[]> {
  const names = listTables(database)
    .map(({ name }) => quoteName(database, name))
    .join();
  const rows = await runSql(database, `check table ${names}`);
  const problems = rows.filter((row) => row['Msg_type'] !== 'note' && row['Msg_text'] !== 'OK');
  // The check of the migrations reports missing tables.
  const damaged = problems.filter((row) => !String(row['Msg_text']).includes("doesn't exist"));
  const messages = damaged.filter((row) => row['Msg_text'] !== 'Operation failed');
  if (messages.length === 0) return [fine('check table', 'ok')];
  return messages.map((row) =>
    wrong('check table', `${String(row['Table'])}: ${String(row['Msg_text'])}`, restoreBackup),
  );
}

/** Finds rows with invalid references, for every reference of the entities. */
export async function checkReferences(database: Database): Promise<Finding[]> {
  const orphans = await findOrphans(database, listTables(database)).catch((error: unknown) => {
    // The check of the migrations reports missing tables.
    if (isMissingTable(error)) return null;
    throw error;
  });
  if (!orphans) return [];
  if (orphans.length === 0) return [fine('references', 'all references are valid')];
  return orphans.map(({ table, column, refersTo, rows }) =>
    wrong(
      'references',
      `${rows} rows of ${table} refer by ${column} to missing rows of ${refersTo}`,
      'Another program has changed the data. Make a backup, then delete or correct these rows.',
    ),
  );
}

/** Reports an unfinished copy into the database. */
export async function checkCopy(database: Database): Promise<Finding[]> {
  const state = await openCopyProgress(database).read();
  if (!state) return [];
  return [
    wrong(
      'copy',
      `The copy from ${state.source} was interrupted, so rows are missing`,
      'To continue it: pnpm db copy … --resume. To empty the database: pnpm db reset',
    ),
  ];
}
