import { randomBytes } from 'node:crypto';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { mysqlSql } from '../moving/select-rows.ts';
import { mysqlOptions } from '../opening/driver-options.ts';
import { parseServerUrl } from '../opening/server-url.ts';
import { KeepingError } from './keeping-error.ts';
import { checkMysqlDump } from './mysql-backup.ts';
import { stamp, type Restored, type Restoring, type Standing } from './restoring.ts';
import { requireProgram, runTool, withMysqlTool } from './server-tool.ts';
import { withDatabaseName } from './server-url.ts';

const { name, text } = mysqlSql;

/** A name has 64 characters at most, and what is behind this needs some. */
const longestBeginning = 30;

/** Reads the backup into a database beside it, looks at it, and moves all tables of both in one statement. */
export async function restoreMysql(restoring: Restoring): Promise<Restored> {
  const { url } = restoring;
  const { database } = parseServerUrl(url);
  const beginning = database.slice(0, longestBeginning);
  const beside = `${beginning}_restoring_${randomBytes(4).toString('hex')}`;
  const previous = `${beginning}_before_restore_${stamp()}`;

  const server = await createConnection(mysqlOptions({ ...parseServerUrl(url), database: '' }));
  server.on('error', () => undefined);
  try {
    await refuseInUse(server, database);
    await createLike(server, database, beside);
    try {
      const standing = await readInto(server, withDatabaseName(url, beside), beside, restoring);
      await createLike(server, database, previous);
      await swap(server, { database, beside, previous });
      return { format: restoring.format, ...standing, previous };
    } finally {
      await server.query(`drop database if exists ${name(beside)}`);
    }
  } finally {
    await server.end();
  }
}

async function refuseInUse(server: Connection, database: string): Promise<void> {
  const [others] = await server.query<RowDataPacket[]>(
    'select 1 from information_schema.processlist where db = ? limit 1',
    [database],
  );
  if (others.length === 0) return;
  throw new KeepingError(
    'in_use',
    `Others are connected to ${database}, whose writes would be lost. Nothing was changed. ` +
      'Stop the application, and restore again.',
  );
}

async function createLike(server: Connection, database: string, beside: string): Promise<void> {
  const [rows] = await server.query<RowDataPacket[]>(
    'select default_character_set_name as characters, default_collation_name as collation ' +
      'from information_schema.schemata where schema_name = ?',
    [database],
  );
  const [old] = rows;
  if (!old) {
    throw new KeepingError(
      'no_file',
      `The server has no database ${database}. Create it, or check the name in DATABASE_URL.`,
    );
  }
  await server.query(
    `create database ${name(beside)} character set ${text(String(old['characters']))} ` +
      `collate ${text(String(old['collation']))}`,
  );
}

async function readInto(
  server: Connection,
  url: string,
  beside: string,
  { file, format, fill, inspect }: Restoring,
): Promise<Standing> {
  if (format === 'portable') {
    await fill(url);
    return inspect(url);
  }
  const wanted = await checkMysqlDump(file);
  const program = await requireProgram(['mariadb', 'mysql'], 'a backup made by mariadb-dump or mysqldump');
  const words = ['--default-character-set=utf8mb4', beside];
  await withMysqlTool(program, url, (tool) => runTool(tool, words, { input: file }));
  const found = new Set(await tablesIn(server, beside));
  const missing = [...wanted].find((table) => !found.has(table));
  if (missing) {
    throw new KeepingError(
      'damaged',
      `${file} was read, and the table ${missing} is missing. Nothing was changed.`,
    );
  }
  return inspect(url);
}

async function tablesIn(server: Connection, database: string): Promise<string[]> {
  const [rows] = await server.query<RowDataPacket[]>(
    "select table_name as name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE'",
    [database],
  );
  return rows.map((row) => String(row['name']));
}

/** One statement, so that nobody sees a part of it. References go with their tables. */
async function swap(
  server: Connection,
  { database, beside, previous }: { database: string; beside: string; previous: string },
): Promise<void> {
  const move = (from: string, to: string) => (table: string) =>
    `${name(from)}.${name(table)} to ${name(to)}.${name(table)}`;
  const moves = [
    ...(await tablesIn(server, database)).map(move(database, previous)),
    ...(await tablesIn(server, beside)).map(move(beside, database)),
  ];
  try {
    await server.query(`rename table ${moves.join(', ')}`);
  } catch (error) {
    await server.query(`drop database ${name(previous)}`);
    throw error;
  }
}
