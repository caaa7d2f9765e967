import type { Database } from '@latchkey/db';
import { runSql, isMissingTable, quoteName } from '@latchkey/db/sql';
import { copyProgress } from '../copy/copy-progress.ts';
import { findOrphans } from '../copy/orphans.ts';
import { tablesOf } from '../copy/tables.ts';
import { fine, wrong, type Finding } from './finding.ts';

const fromBackup = 'Keep a copy of it as it is, and restore the last backup: pnpm db restore';

/** Whether the engine finds its own pages and indexes in order, where it can tell. */
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
  return problems.map((problem) => wrong('integrity_check', problem, fromBackup));
}

async function checkMysql(database: Database): Promise<Finding[]> {
  const names = tablesOf(database)
    .map(({ name }) => quoteName(database, name))
    .join();
  const rows = await runSql(database, `check table ${names}`);
  const problems = rows.filter((row) => row['Msg_type'] !== 'note' && row['Msg_text'] !== 'OK');
  // A table that is not there is a matter of the migrations.
  const damaged = problems.filter((row) => !String(row['Msg_text']).includes("doesn't exist"));
  const found = damaged.filter((row) => row['Msg_text'] !== 'Operation failed');
  if (found.length === 0) return [fine('check table', 'ok')];
  return found.map((row) =>
    wrong('check table', `${String(row['Table'])}: ${String(row['Msg_text'])}`, fromBackup),
  );
}

/** Rows that refer to nothing, by every reference that the entities know. */
export async function checkReferences(database: Database): Promise<Finding[]> {
  const orphans = await findOrphans(database, tablesOf(database)).catch((error: unknown) => {
    // That is a matter of the migrations.
    if (isMissingTable(error)) return null;
    throw error;
  });
  if (!orphans) return [];
  if (orphans.length === 0) return [fine('references', 'every row that is referred to is there')];
  return orphans.map(({ table, column, refersTo, rows }) =>
    wrong(
      'references',
      `${rows} rows of ${table} refer by ${column} to rows of ${refersTo} that are not there`,
      'Something has written past the application. Make a backup, and delete or correct these rows.',
    ),
  );
}

/** A copy into this database that has not come to its end. */
export async function checkCopy(database: Database): Promise<Finding[]> {
  const state = await copyProgress(database).read();
  if (!state) return [];
  return [
    wrong(
      'copy',
      `A copy from ${state.source} was interrupted: a part of the rows is missing`,
      'To go on: pnpm db copy … --resume. To empty the database: pnpm db reset',
    ),
  ];
}
