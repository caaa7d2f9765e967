import type { Row, Value } from './row-values.ts';
import type { Table } from './tables.ts';

const firstPage = 200;
const largestPage = 5000;
const wishedCharacters = 2_000_000;

/**
 * Reads a table page by page, each behind the last key of the one before, so that neither an offset nor a result grows
 * with the table. Pages hold fewer rows when these are large.
 * @param fetchPage rows as the driver has them
 */
export async function* pagesOf(
  table: Table,
  after: Row | null,
  fetchPage: (after: Row | null, limit: number) => Promise<unknown[][]>,
): AsyncGenerator<Row[]> {
  const keyAt = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  let limit = firstPage;
  for (let last = after; ;) {
    const stored = await fetchPage(last, limit);
    const page = stored.map((values) => table.columns.map((column, index) => column.read(values[index])));
    const end = page.at(-1);
    if (!end) return;
    yield page;
    if (page.length < limit) return;
    last = keyAt.map((index) => end[index] ?? null);
    const characters = page.reduce((sum, row) => sum + charactersOf(row), 0) / page.length;
    limit = Math.max(1, Math.min(largestPage, limit * 5, Math.floor(wishedCharacters / characters)));
  }
}

const charactersOf = (row: readonly Value[]): number =>
  row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 1);

/** `select a, b from t where (a) > (?) order by a limit 500`, with an engine's names and placeholders. */
export function selectPage(
  table: Table,
  isAfter: boolean,
  limit: number,
  { name, placeholder }: { name: (name: string) => string; placeholder: (index: number) => string },
): string {
  const columns = table.columns.map((column) => name(column.name)).join();
  const key = table.key.map(name).join();
  const beyond = table.key.map((_name, index) => placeholder(index)).join();
  const where = isAfter ? ` where (${key}) > (${beyond})` : '';
  return `select ${columns} from ${name(table.name)}${where} order by ${key} limit ${limit}`;
}

/** A key as the driver of its engine takes it. */
export function storedKey(table: Table, key: Row): unknown[] {
  return table.key.map((name, index) =>
    table.columns.find((column) => column.name === name)?.write(key[index] ?? null),
  );
}
