import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Database } from '@latchkey/db';
import { parseServerUrl } from '@latchkey/db/connection';
import { runSql } from '@latchkey/db/sql';
import { explained, BackupError } from './backup-error.ts';
import { runTool, withMysqlTool } from './server-tool.ts';

/**
 * `mariadb-dump` or `mysqldump`, of one moment: SQL that the server's own client can read as well.
 * @param program where it is
 */
export async function backupMysql(
  database: Database,
  url: string,
  path: string,
  program: string,
): Promise<void> {
  const words = [
    '--single-transaction',
    '--skip-lock-tables',
    '--quick',
    '--hex-blob',
    '--routines',
    '--triggers',
    '--no-tablespaces',
    '--default-character-set=utf8mb4',
    `--result-file=${path}`,
    parseServerUrl(url).database,
  ];
  await withMysqlTool(program, url, (tool) => runTool(tool, words, { writes: path }));
  await appendFile(path, checksumLine(await checksumOf(path, (await stat(path)).size)));
  const found = await checkMysqlDump(path);
  const wanted = await explained(database.location, () => tableNames(database));
  const missing = wanted.find((name) => !found.has(name));
  if (missing)
    throw new BackupError('damaged', `${path} is not a whole backup: the table ${missing} is missing.`);
}

async function tableNames(database: Database): Promise<string[]> {
  const rows = await runSql(
    database,
    "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'",
  );
  return rows.map((row) => String(row['name']));
}

/** A comment to MySQL's client. It is the last line of a dump that was made here, and says what comes before it. */
const checksumLine = (checksum: string) => `-- SHA-256 of all lines before this one: ${checksum}\n`;

const checksumLength = checksumLine('0'.repeat(64)).length;

async function checksumOf(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes > 0) {
    // The cast: a stream without an encoding gives bytes.
    for await (const some of createReadStream(path, { end: bytes - 1 }) as AsyncIterable<Buffer>)
      hash.update(some);
  }
  return hash.digest('hex');
}

/** One without a line behind the program's last one was made by the program alone. */
async function refuseAltered(path: string): Promise<void> {
  const bytes = (await stat(path)).size - checksumLength;
  const [, last = ''] = /^-- Dump completed[^\n]*\n(.*)$/ms.exec(await endOf(path)) ?? [];
  if (last === '' || last === checksumLine(await checksumOf(path, bytes))) return;
  throw new BackupError(
    'damaged',
    `${path} is not as it was written: its checksum is another one. Nothing was changed. Take another backup; ` +
      'or, if it was edited on purpose, delete its last line.',
  );
}

/**
 * Reads a dump to its end.
 * @returns the tables that are made in it
 * @throws BackupError `damaged`
 */
export async function checkMysqlDump(path: string): Promise<Set<string>> {
  if (!/^-- Dump completed/m.test(await endOf(path))) {
    throw new BackupError(
      'damaged',
      `${path} is not a whole backup: its end is missing. Nothing was changed. Take another one.`,
    );
  }
  await refuseAltered(path);
  const tables = new Set<string>();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    const [, name] = /^CREATE TABLE `((?:[^`]|``)+)`/.exec(line) ?? [];
    if (name) tables.add(name.replaceAll('``', '`'));
  }
  return tables;
}

async function endOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 500);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString();
  } finally {
    await file.close();
  }
}
