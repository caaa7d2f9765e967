import type { Database, Engine } from '@latchkey/db';
import { roundTripRow, checksumTable } from '../copy/copy-database.ts';
import { createRowChecksum, type RowChecksum } from '../copy/row-checksum.ts';
import { valueCodec } from '../copy/row-values.ts';
import { openTableReader, openTableWriter } from '../copy/open-tables.ts';
import { listTables, type Table } from '../copy/tables.ts';
import { BackupError } from './backup-error.ts';
import type { DumpedTable } from './dump-format.ts';
import { readDump, readDumpHeader } from './read-dump.ts';

/**
 * Loads a dump into the empty tables of a database with the same schema, and compares the checksums.
 * @throws BackupError as `readDump` does; `does_not_fit`, `differs`
 */
export async function loadDump(path: string, database: Database): Promise<void> {
  const known = new Map(listTables(database).map((table) => [table.name, table]));
  const { tables } = await readDumpHeader(path);
  const loaded = new Map(
    tables.map((table) => [table.name, toTable(table, database.engine, known.get(table.name))]),
  );
  const checksums = new Map([...loaded.keys()].map((name) => [name, createRowChecksum()]));

  const writer = await openTableWriter(database);
  try {
    await readDump(path, async (name, page) => {
      const table = loaded.get(name);
      if (!table) return;
      const kept = roundTripRow(table);
      for (const row of page) checksums.get(name)?.add(kept(row));
      await writer.insert(table, page);
    });
    for (const table of loaded.values()) await writer.finish(table);
  } finally {
    await writer.close();
  }
  await compareChecksums(database, [...loaded.values()], checksums);
}

/**
 * A dump, and the schema that it is loaded into, may be older than the entities. A column that these lack, or that has
 * another kind in them, is written by its kind in the dump.
 */
function toTable(dumped: DumpedTable, engine: Engine, known: Table | undefined): Table {
  return {
    name: dumped.name,
    key: dumped.key,
    references: [],
    columns: dumped.columns.map(
      ({ name, kind }) =>
        known?.columns.find((column) => column.name === name && column.kind === kind) ?? {
          name,
          kind,
          ...valueCodec(engine, kind),
        },
    ),
  };
}

async function compareChecksums(
  database: Database,
  tables: readonly Table[],
  expected: ReadonlyMap<string, RowChecksum>,
): Promise<void> {
  const reader = await openTableReader(database);
  try {
    for (const table of tables) {
      const checksum = await checksumTable(reader, table);
      if (checksum.value() === expected.get(table.name)?.value()) continue;
      throw new BackupError(
        'differs',
        `The table ${table.name} differs from the backup after it was loaded.`,
      );
    }
  } finally {
    await reader.close();
  }
}
