import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Database } from '@latchkey/db';
import { parseServerUrl } from '@latchkey/db/connection';
import { runSql } from '@latchkey/db/sql';
import { explainErrors, BackupError } from './backup-error.ts';
import { runTool, withMysqlTool } from './server-tool.ts';

/**
 * Writes a consistent snapshot with `mariadb-dump` or `mysqldump`: SQL that the server's own client can load as well.
 * @param program the path of the dump program
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
  await appendFile(path, checksumLine(await computeChecksum(path, (await stat(path)).size)));
  const found = await checkMysqlDump(path);
  const wanted = await explainErrors(database.location, () => readTableNames(database));
  const missing = wanted.find((name) => !found.has(name));
  if (missing)
    throw new BackupError('damaged', `${path} is not a complete backup: the table ${missing} is missing.`);
}

async function readTableNames(database: Database): Promise<string[]> {
  const rows = await runSql(
    database,
    "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'",
  );
  return rows.map((row) => String(row['name']));
}

/** The last line of a dump of this module. MySQL's client ignores it as a comment. */
const checksumLine = (checksum: string) => `-- SHA-256 of all lines before this one: ${checksum}\n`;

const checksumLength = checksumLine('0'.repeat(64)).length;

async function computeChecksum(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes > 0) {
    // The cast: a stream without an encoding returns bytes.
    for await (const chunk of createReadStream(path, { end: bytes - 1 }) as AsyncIterable<Buffer>)
      hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Checks the checksum. A dump without a line after the program's last one was made by the program alone. */
async function requireChecksum(path: string): Promise<void> {
  const bytes = (await stat(path)).size - checksumLength;
  const [, last = ''] = /^-- Dump completed[^\n]*\n(.*)$/ms.exec(await readEnd(path)) ?? [];
  if (last === '' || last === checksumLine(await computeChecksum(path, bytes))) return;
  throw new BackupError(
    'damaged',
    `The checksum of ${path} does not match: the file is damaged or was edited. Nothing was changed. ` +
      'Use another backup; or, if it was edited on purpose, delete its last line.',
  );
}

/**
 * Reads a dump completely, and checks it.
 * @returns the names of the tables that it creates
 * @throws BackupError `damaged`
 */
export async function checkMysqlDump(path: string): Promise<Set<string>> {
  if (!/^-- Dump completed/m.test(await readEnd(path))) {
    throw new BackupError(
      'damaged',
      `${path} is not a complete backup: its end is missing. Nothing was changed. Use another backup.`,
    );
  }
  await requireChecksum(path);
  const tables = new Set<string>();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    const [, name] = /^CREATE TABLE `((?:[^`]|``)+)`/.exec(line) ?? [];
    if (name) tables.add(name.replaceAll('``', '`'));
  }
  return tables;
}

async function readEnd(path: string): Promise<string> {
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
