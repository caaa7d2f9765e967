import { explainErrors, BackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import { countRows } from '@latchkey/db/sql';
import { requireUsable, upgrade } from '@latchkey/migrator';
import { copyProgress, type CopyState } from './copy-progress.ts';
import { findOrphans } from './orphans.ts';
import { rowChecksum, type RowChecksum } from './row-checksum.ts';
import type { Row } from './row-values.ts';
import type { TableReader } from './table-access.ts';
import { readTables, writeTables } from './table-data.ts';
import { tablesOf, type Table } from './tables.ts';

export type CopyOptions = {
  /** Goes on with a copy that was interrupted. */
  resume?: boolean;
  /** Told of how many rows something has been done with, of how many. */
  onProgress?: (what: 'copying' | 'checking', done: number, total: number) => void;
};

export type CopiedTable = { table: string; rows: number; checksum: string };

/**
 * Copies everything that the application keeps into an empty database, of any engine, and compares each row of both
 * after that. The source is read as it is at one moment. How far it has come is noted in the target.
 * @throws DatabaseError `outdated_schema` for the source, and what `upgrade` throws for the target
 * @throws BackupError `same_database`, `orphans`, `not_empty`, `interrupted_copy`, `nothing_interrupted`,
 * `does_not_fit`, `differs`, `disk_full`, `no_rights`, `connection_lost`
 */
export async function copyDatabase(
  source: Database,
  target: Database,
  { resume = false, onProgress = () => undefined }: CopyOptions = {},
): Promise<CopiedTable[]> {
  if (source.engine === target.engine && source.location === target.location) {
    throw new BackupError('same_database', `${source.location} cannot be copied into itself.`);
  }
  await requireUsable(source);
  await refuseOrphans(source);
  const state = await stateOf(source, target, resume);
  await upgrade(target);

  const reader = await readTables(source);
  try {
    const counts = new Map<string, number>();
    for (const table of tablesOf(source)) counts.set(table.name, await reader.count(table));
    const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0);

    await copyRows({ source, target, reader, state }, (done) => onProgress('copying', done, total));
    const copied = await compareRows({ source, target, reader }, (done) =>
      onProgress('checking', done, total * 2),
    );
    await explainErrors(target.location, () => copyProgress(target).end());
    return copied;
  } finally {
    await reader.close();
  }
}

/** What refers to nothing would be refused by one engine and taken by another. */
async function refuseOrphans(source: Database): Promise<void> {
  const [orphans] = await findOrphans(source, tablesOf(source));
  if (!orphans) return;
  const { table, column, refersTo, rows } = orphans;
  throw new BackupError(
    'orphans',
    `${source.location}: ${rows} rows of ${table} refer by ${column} to rows of ${refersTo} that are not there. ` +
      'Nothing was copied. Delete or correct them; pnpm db doctor shows all.',
  );
}

/** Where to go on; null for a copy that begins. Looks before anything is changed. */
async function stateOf(source: Database, target: Database, resume: boolean): Promise<CopyState | null> {
  const state = await copyProgress(target).read();
  if (state && !resume) {
    throw new BackupError(
      'interrupted_copy',
      `A copy from ${state.source} into ${target.location} was interrupted. To go on: --resume. ` +
        'To begin anew, empty it first: pnpm db reset',
    );
  }
  if (!state && resume) {
    throw new BackupError(
      'nothing_interrupted',
      `No copy into ${target.location} was interrupted: there is nothing to resume. Copy without --resume.`,
    );
  }
  if (state && state.source !== source.location) {
    throw new BackupError(
      'another_source',
      `The copy into ${target.location} came from ${state.source}, and not from ${source.location}. ` +
        'Give that source again, or empty the target and begin anew: pnpm db reset',
    );
  }
  if (!state) await refuseFull(target);
  return state;
}

async function refuseFull(target: Database): Promise<void> {
  for (const { name } of tablesOf(target)) {
    if (!(await countRows(target, name))) continue;
    throw new BackupError(
      'not_empty',
      `${target.location} is not empty: there are rows in ${name}. Nothing was copied. ` +
        'Name an empty database, or empty this one: pnpm db reset',
    );
  }
}

type Copying = { source: Database; target: Database; reader: TableReader; state: CopyState | null };

/** The rows of a table and how far it has come are written together, so that no row comes twice or not at all. */
async function copyRows(
  { source, target, reader, state }: Copying,
  onCopied: (rows: number) => void,
): Promise<void> {
  const progress = copyProgress(target);
  if (!state) await explainErrors(target.location, () => progress.begin(source.location));
  const writer = await writeTables(target);
  try {
    let copied = 0;
    for (const [from, to] of pairsOf(source, target)) {
      const before = state?.tables.get(from.name);
      let rows = before?.rows ?? 0;
      copied += rows;
      onCopied(copied);
      if (before?.isDone) continue;

      let lastKey = before?.lastKey ?? null;
      for await (const page of reader.pages(from, lastKey)) {
        rows += page.length;
        lastKey = keyOf(from, page.at(-1) ?? []);
        await writer.insert(to, page, progress.notes(to.name, { lastKey, rows, isDone: false }));
        onCopied((copied += page.length));
      }
      await writer.finish(to);
      await writer.insert(to, [], progress.notes(to.name, { lastKey, rows, isDone: true }));
    }
  } finally {
    await writer.close();
  }
}

/** Each row of both, in the one form that is the same on every engine. */
async function compareRows(
  { source, target, reader }: Omit<Copying, 'state'>,
  onCompared: (rows: number) => void,
): Promise<CopiedTable[]> {
  const written = await readTables(target);
  try {
    let compared = 0;
    const watch = (rows: number) => onCompared((compared += rows));
    const result: CopiedTable[] = [];
    for (const [from, to] of pairsOf(source, target)) {
      const there = await sumUp(reader, from, { onRows: watch, as: keptIn(to) });
      const here = await sumUp(written, to, { onRows: watch });
      if (there.rows !== here.rows || there.value() !== here.value()) {
        throw differs(from.name, source, target, there.rows, here.rows);
      }
      result.push({ table: from.name, rows: here.rows, checksum: here.value() });
    }
    return result;
  } finally {
    await written.close();
  }
}

type Summing = { onRows?: (rows: number) => void; as?: (row: Row) => Row };

/** Counts a table's rows, and makes their checksum. @param as what to make of each row first */
export async function sumUp(
  reader: TableReader,
  table: Table,
  { onRows = () => undefined, as = (row) => row }: Summing = {},
): Promise<RowChecksum> {
  const checksum = rowChecksum();
  for await (const page of reader.pages(table)) {
    for (const row of page) checksum.add(as(row));
    onRows(page.length);
  }
  return checksum;
}

/** What a table keeps of a row. */
export const keptIn =
  ({ columns }: Table) =>
  (row: Row): Row =>
    columns.map((column, index) => column.kept(row[index] ?? null));

function differs(
  table: string,
  source: Database,
  target: Database,
  there: number,
  here: number,
): BackupError {
  const what =
    there === here
      ? `the values of some of its ${there} rows are others`
      : `${there} rows in ${source.location}, ${here} in ${target.location}`;
  return new BackupError(
    'differs',
    `After the copy, the table ${table} differs: ${what}. Did something write to one of them since the copy began? ` +
      'Stop it, empty the target (pnpm db reset), and copy again.',
  );
}

/** Each table as it is read and as it is written: the engines have other forms for what is in it. */
function pairsOf(source: Database, target: Database): [from: Table, to: Table][] {
  const targets = new Map(tablesOf(target).map((table) => [table.name, table]));
  return tablesOf(source).map((table) => {
    const to = targets.get(table.name);
    if (!to) throw new TypeError(`Both have the same entities, and one has no table ${table.name}.`);
    return [table, to];
  });
}

const keyOf = (table: Table, row: Row) =>
  table.key.map((key) => row[table.columns.findIndex(({ name }) => name === key)] ?? null);
