import type { Row, Value } from './row-values.ts';
import type { Table } from './tables.ts';

const firstPageSize = 200;
const maxPageSize = 5000;
const charactersPerPage = 2_000_000;

/**
 * Reads a table in pages with keyset pagination. The page size adapts to the size of the rows.
 * @param fetchPage returns rows as the driver's values
 */
export async function* readPages(
  table: Table,
  after: Row | null,
  fetchPage: (after: Row | null, limit: number) => Promise<unknown[][]>,
): AsyncGenerator<Row[]> {
  const keyAt = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  let limit = firstPageSize;
  for (let last = after; ;) {
    const stored = await fetchPage(last, limit);
    const page = stored.map((values) => table.columns.map((column, index) => column.read(values[index])));
    const end = page.at(-1);
    if (!end) return;
    yield page;
    if (page.length < limit) return;
    last = keyAt.map((index) => end[index] ?? null);
    const characters = page.reduce((sum, row) => sum + countCharacters(row), 0) / page.length;
    limit = Math.max(1, Math.min(maxPageSize, limit * 5, Math.floor(charactersPerPage / characters)));
  }
}

const countCharacters = (row: readonly Value[]): number =>
  row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 1);

/** Returns the query of a page, such as `select a, b from t where (a) > (?) order by a limit 500`. */
export function pageQuery(
  table: Table,
  isAfter: boolean,
  limit: number,
  { name, placeholder }: { name: (name: string) => string; placeholder: (index: number) => string },
): string {
  const columns = table.columns.map((column) => name(column.name)).join();
  const key = table.key.map(name).join();
  const afterKey = table.key.map((_name, index) => placeholder(index)).join();
  const where = isAfter ? ` where (${key}) > (${afterKey})` : '';
  return `select ${columns} from ${name(table.name)}${where} order by ${key} limit ${limit}`;
}

/** Converts a key to the values of the driver. */
export function toDriverKey(table: Table, key: Row): unknown[] {
  return table.key.map((name, index) =>
    table.columns.find((column) => column.name === name)?.write(key[index] ?? null),
  );
}
