import { explainErrors, BackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import { countRows } from '@latchkey/db/sql';
import { requireUsable, upgrade } from '@latchkey/migrator';
import { openCopyProgress, type CopyState } from './copy-progress.ts';
import { findOrphans } from './orphans.ts';
import { createRowChecksum, type RowChecksum } from './row-checksum.ts';
import type { Row } from './row-values.ts';
import type { TableReader } from './table-access.ts';
import { openTableReader, openTableWriter } from './open-tables.ts';
import { listTables, type Table } from './tables.ts';

export type CopyOptions = {
  /** Continues an interrupted copy. */
  resume?: boolean;
  /** Called with the number of rows done, and the total. */
  onProgress?: (what: 'copying' | 'checking', done: number, total: number) => void;
};

export type CopiedTable = { table: string; rows: number; checksum: string };

/**
 * Copies all rows of the application into an empty database of any engine, then compares both by checksums. Reads one
 * snapshot of the source. Stores its progress in the target.
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
  const state = await findStart(source, target, resume);
  await upgrade(target);

  const reader = await openTableReader(source);
  try {
    const counts = new Map<string, number>();
    for (const table of listTables(source)) counts.set(table.name, await reader.count(table));
    const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0);

    await copyRows({ source, target, reader, state }, (done) => onProgress('copying', done, total));
    const copied = await compareRows({ source, target, reader }, (done) =>
      onProgress('checking', done, total * 2),
    );
    await explainErrors(target.location, () => openCopyProgress(target).end());
    return copied;
  } finally {
    await reader.close();
  }
}

/** Engines differ in whether they accept rows with invalid references. */
async function refuseOrphans(source: Database): Promise<void> {
  const [orphans] = await findOrphans(source, listTables(source));
  if (!orphans) return;
  const { table, column, refersTo, rows } = orphans;
  throw new BackupError(
    'orphans',
    `${source.location}: ${rows} rows of ${table} refer by ${column} to missing rows of ${refersTo}. ` +
      'Nothing was copied. Delete or correct these rows. To list all: pnpm db doctor',
  );
}

/** Checks, before any change, where to start. Returns null for a new copy. */
async function findStart(source: Database, target: Database, resume: boolean): Promise<CopyState | null> {
  const state = await openCopyProgress(target).read();
  if (state && !resume) {
    throw new BackupError(
      'interrupted_copy',
      `The copy from ${state.source} to ${target.location} was interrupted. To continue it, add --resume. ` +
        'To start over, empty the target first: pnpm db reset',
    );
  }
  if (!state && resume) {
    throw new BackupError(
      'nothing_interrupted',
      `${target.location} has no interrupted copy to resume. Copy without --resume.`,
    );
  }
  if (state && state.source !== source.location) {
    throw new BackupError(
      'another_source',
      `The interrupted copy to ${target.location} is from ${state.source}, not from ${source.location}. ` +
        'Use the same source, or empty the target to start over: pnpm db reset',
    );
  }
  if (!state) await refuseRows(target);
  return state;
}

async function refuseRows(target: Database): Promise<void> {
  for (const { name } of listTables(target)) {
    if (!(await countRows(target, name))) continue;
    throw new BackupError(
      'not_empty',
      `${target.location} is not empty: it has rows in ${name}. Nothing was copied. ` +
        'Use an empty database, or empty this one: pnpm db reset',
    );
  }
}

type Copy = { source: Database; target: Database; reader: TableReader; state: CopyState | null };

/** Writes rows and progress in the same transaction, so that no row is repeated or skipped. */
async function copyRows(
  { source, target, reader, state }: Copy,
  onCopied: (rows: number) => void,
): Promise<void> {
  const progress = openCopyProgress(target);
  if (!state) await explainErrors(target.location, () => progress.begin(source.location));
  const writer = await openTableWriter(target);
  try {
    let copied = 0;
    for (const [from, to] of matchTables(source, target)) {
      const before = state?.tables.get(from.name);
      let rows = before?.rows ?? 0;
      copied += rows;
      onCopied(copied);
      if (before?.isDone) continue;

      let lastKey = before?.lastKey ?? null;
      for await (const page of reader.pages(from, lastKey)) {
        rows += page.length;
        lastKey = keyOf(from, page.at(-1) ?? []);
        await writer.insert(to, page, progress.statements(to.name, { lastKey, rows, isDone: false }));
        onCopied((copied += page.length));
      }
      await writer.finish(to);
      await writer.insert(to, [], progress.statements(to.name, { lastKey, rows, isDone: true }));
    }
  } finally {
    await writer.close();
  }
}

/** Compares the checksums of each table. They are the same on every engine. */
async function compareRows(
  { source, target, reader }: Omit<Copy, 'state'>,
  onCompared: (rows: number) => void,
): Promise<CopiedTable[]> {
  const written = await openTableReader(target);
  try {
    let compared = 0;
    const onRows = (rows: number) => onCompared((compared += rows));
    const result: CopiedTable[] = [];
    for (const [from, to] of matchTables(source, target)) {
      const there = await checksumTable(reader, from, { onRows, convert: roundTripRow(to) });
      const here = await checksumTable(written, to, { onRows });
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

type ChecksumOptions = { onRows?: (rows: number) => void; convert?: (row: Row) => Row };

/** Counts the rows of a table and computes their checksum. @param convert is applied to each row first */
export async function checksumTable(
  reader: TableReader,
  table: Table,
  { onRows = () => undefined, convert = (row) => row }: ChecksumOptions = {},
): Promise<RowChecksum> {
  const checksum = createRowChecksum();
  for await (const page of reader.pages(table)) {
    for (const row of page) checksum.add(convert(row));
    onRows(page.length);
  }
  return checksum;
}

/** Returns a function that converts a row to what the table stores of it. */
export const roundTripRow =
  ({ columns }: Table) =>
  (row: Row): Row =>
    columns.map((column, index) => column.roundTrip(row[index] ?? null));

function differs(
  table: string,
  source: Database,
  target: Database,
  there: number,
  here: number,
): BackupError {
  const what =
    there === here
      ? `some of its ${there} rows have other values`
      : `${there} rows in ${source.location}, ${here} in ${target.location}`;
  return new BackupError(
    'differs',
    `After the copy, the table ${table} differs: ${what}. A program may have written to one of the databases during the copy. ` +
      'Stop it, empty the target (pnpm db reset), and copy again.',
  );
}

/** Pairs each table of the source, with its codec, with that of the target. */
function matchTables(source: Database, target: Database): [from: Table, to: Table][] {
  const targets = new Map(listTables(target).map((table) => [table.name, table]));
  return listTables(source).map((table) => {
    const to = targets.get(table.name);
    if (!to)
      throw new TypeError(`The target has no table ${table.name}, although both have the same entities.`);
    return [table, to];
  });
}

const keyOf = (table: Table, row: Row) =>
  table.key.map((key) => row[table.columns.findIndex(({ name }) => name === key)] ?? null);
