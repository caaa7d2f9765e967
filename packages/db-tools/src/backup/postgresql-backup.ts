import type pg from 'pg';
import { acquireConnection, releaseConnection } from '../copy/postgresql-tables.ts';
import type { Database } from '@latchkey/db';
import { standardSql } from '@latchkey/db/sql';
import { explainErrors, BackupError } from './backup-error.ts';
import { requireSameCounts, type RowCounts } from './row-counts.ts';
import { requireProgram, runTool, withPostgresqlTool } from './server-tool.ts';

/**
 * Writes a backup with `pg_dump` in its custom format, from the snapshot in which the rows are counted.
 * @param program the path of `pg_dump`
 * @returns the number of rows of each table
 */
export async function backupPostgresql(
  database: Database,
  url: string,
  path: string,
  program: string,
): Promise<RowCounts> {
  const { location } = database;
  const client = await explainErrors(location, () => acquireConnection(database));
  try {
    const { snapshot, counts } = await explainErrors(location, () => beginSnapshot(client));
    const words = ['--format=custom', '--no-owner', `--snapshot=${snapshot}`, `--file=${path}`];
    await withPostgresqlTool(program, url, (tool) => runTool(tool, words, { writes: path }));
    requireSameCounts(counts, await checkPostgresqlDump(path), path);
    return counts;
  } finally {
    await releaseConnection(client);
  }
}

/** Exports a snapshot, which is valid until the transaction ends, and counts its rows. */
async function beginSnapshot(client: pg.PoolClient): Promise<{ snapshot: string; counts: RowCounts }> {
  await client.query('begin isolation level repeatable read, read only');
  const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id');
  return { snapshot: rows[0]?.id ?? '', counts: await countTables(client) };
}

/** Counts the rows of all tables except those of PostgreSQL. */
export async function countTables(client: pg.ClientBase): Promise<RowCounts> {
  const tables = await client.query<{ schema: string; name: string }>(
    "select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%' order by 1, 2",
  );
  const counts = new Map<string, number>();
  for (const { schema, name } of tables.rows) {
    const full = `${standardSql.name(schema)}.${standardSql.name(name)}`;
    const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${full}`);
    counts.set(`${schema}.${name}`, Number(rows[0]?.rows));
  }
  return counts;
}

/**
 * Reads a dump completely, as a restore does.
 * @returns the number of rows of each table
 * @throws BackupError `damaged`, `no_tool`
 */
export async function checkPostgresqlDump(path: string): Promise<RowCounts> {
  const program = await requireProgram(['pg_restore'], 'a backup made by pg_dump');
  const counts = new Map<string, number>();
  let table: string | null = null;
  let rest = '';
  const read = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (table === null) {
        table = parseCopyLine(line);
        if (table !== null) counts.set(table, 0);
      } else if (line === '\\.') table = null;
      else counts.set(table, (counts.get(table) ?? 0) + 1);
    }
  };
  try {
    await runTool({ path: program, first: [], env: process.env }, ['--file=-', path], { onOutput: read });
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    throw new BackupError('damaged', `${path} is not a complete backup: ${error.message}`, { cause: error });
  }
  return counts;
}

/** The table of a line like `COPY public.users (id, …) FROM stdin;`, null for other lines. */
function parseCopyLine(line: string): string | null {
  const [, schema, name] =
    /^COPY ("(?:[^"]|"")+"|\w+)\.("(?:[^"]|"")+"|\w+) \(.*\) FROM stdin;$/.exec(line) ?? [];
  const plain = (quoted: string) =>
    quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
  return schema && name ? `${plain(schema)}.${plain(name)}` : null;
}
