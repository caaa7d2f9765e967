import { randomBytes } from 'node:crypto';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { driverCode, mysqlOptions, parseServerUrl } from '@latchkey/db/connection';
import { mysqlSql } from '@latchkey/db/sql';
import { BackupError } from './backup-error.ts';
import { requireExclusive } from './require-exclusive.ts';
import { checkMysqlDump } from './mysql-backup.ts';
import {
  createDefinitions,
  dropDefinitions,
  keepDefinitions,
  keptTable,
  readDefinitions,
  throwAwayKept,
  type Definition,
  type NotMade,
} from './mysql-definitions.ts';
import { stamp, type Restored, type Restoring, type Standing } from './restoring.ts';
import { requireProgram, runTool, withMysqlTool } from './server-tool.ts';
import { withDatabaseName } from './server-url.ts';

const { name, text } = mysqlSql;

/** A name has 64 characters at most, and what is behind this needs some. */
const longestBeginning = 30;

/**
 * Reads the backup into a database beside it, looks at it, and moves all tables of both in one statement. Triggers, views
 * and routines cannot be moved: they are made anew.
 */
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
      await swap(server, { database, beside, previous });
      return { format: restoring.format, ...standing, previous };
    } finally {
      await server.query(`drop database if exists ${name(beside)}`);
    }
  } finally {
    await server.end();
  }
}

function refuseInUse(server: Connection, database: string): Promise<void> {
  return requireExclusive(database, async () => {
    const [others] = await server.query<RowDataPacket[]>(
      'select 1 from information_schema.processlist where db = ? and id <> connection_id() limit 1',
      [database],
    );
    return others.length > 0;
  });
}

async function createLike(server: Connection, database: string, beside: string): Promise<void> {
  const [rows] = await server.query<RowDataPacket[]>(
    'select default_character_set_name as characters, default_collation_name as collation ' +
      'from information_schema.schemata where schema_name = ?',
    [database],
  );
  const [old] = rows;
  if (!old) {
    throw new BackupError(
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
    throw new BackupError(
      'damaged',
      `${file} was read, and the table ${missing} is missing. Nothing was changed.`,
    );
  }
  return inspect(url);
}

async function tablesIn(server: Connection, database: string): Promise<string[]> {
  const [rows] = await server.query<RowDataPacket[]>(
    "select table_name as name from information_schema.tables where table_schema = ? and table_type <> 'VIEW'",
    [database],
  );
  return rows.map((row) => String(row['name']));
}

type Databases = { database: string; beside: string; previous: string };

/** What the two databases have that are to change their names. */
type Contents = {
  oldTables: string[];
  restoredTables: string[];
  old: Definition[];
  restored: Definition[];
};

async function swap(server: Connection, databases: Databases): Promise<void> {
  const { database, beside, previous } = databases;
  const contents: Contents = {
    oldTables: await tablesIn(server, database),
    restoredTables: await tablesIn(server, beside),
    old: await readDefinitions(server, database),
    restored: await readDefinitions(server, beside),
  };
  // Whoever has come while the backup was read would miss the triggers.
  await refuseInUse(server, database);
  await createLike(server, database, previous);
  await keepDefinitions(server, previous, contents.old);
  await takePlace(server, databases, contents);
  const lost = await createDefinitions(server, previous, contents.old);
  if (lost.length === 0) await throwAwayKept(server, previous);
}

/** All tables move, and what the restored ones had with them is made; or everything is as before. */
async function takePlace(server: Connection, databases: Databases, contents: Contents): Promise<void> {
  const { database, beside, previous } = databases;
  const { oldTables, restoredTables, old, restored } = contents;
  let areMoved = false;
  try {
    await dropDefinitions(server, beside, restored);
    await dropDefinitions(server, database, old);
    await refuseInUse(server, database);
    await moveTables(server, [
      { tables: oldTables, from: database, to: previous },
      { tables: restoredTables, from: beside, to: database },
    ]);
    areMoved = true;
    const [failed] = await createDefinitions(server, database, restored);
    if (failed) throw notMade(failed);
  } catch (error) {
    const isAsBefore = await putBack(server, databases, contents, areMoved).catch(() => false);
    if (!isAsBefore) throw notPutBack(error, databases);
    throw withTriggersHidden(error, database);
  }
}

/** @returns whether everything is as it was before */
async function putBack(
  server: Connection,
  { database, beside, previous }: Databases,
  { oldTables, restoredTables, old, restored }: Contents,
  areMoved: boolean,
): Promise<boolean> {
  if (areMoved) {
    await dropDefinitions(server, database, restored);
    await moveTables(server, [
      { tables: restoredTables, from: database, to: beside },
      { tables: oldTables, from: previous, to: database },
    ]);
  }
  await dropDefinitions(server, database, old);
  const lost = await createDefinitions(server, database, old);
  if (lost.length > 0) return false;
  await server.query(`drop database ${name(previous)}`).catch(() => undefined);
  return true;
}

type Move = { tables: readonly string[]; from: string; to: string };

/** One statement, so that nobody sees a part of it. References go with their tables. */
async function moveTables(server: Connection, moves: readonly Move[]): Promise<void> {
  const renames = moves.flatMap(({ tables, from, to }) =>
    tables.map((table) => `${name(from)}.${name(table)} to ${name(to)}.${name(table)}`),
  );
  await server.query(`rename table ${renames.join(', ')}`);
}

const notMade = ({ definition, error }: NotMade) =>
  new BackupError(
    'does_not_fit',
    `The ${definition.kind} ${definition.name} of the backup cannot be made (${messageOf(error)}). Nothing was changed.`,
    { cause: error },
  );

const notPutBack = (error: unknown, { database, previous }: Databases) =>
  new BackupError(
    'damaged',
    `The restore of ${database} failed (${messageOf(error)}), and not all of what was there could be put back. ` +
      `What is missing is in the database ${previous}; there, ${keptTable} has the statements for its triggers, views and routines.`,
    { cause: error },
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** MySQL shows no triggers to who lacks the right to them, and says only that the table cannot be moved. */
function withTriggersHidden(error: unknown, database: string): unknown {
  if (driverCode(error) !== 'ER_TRG_IN_WRONG_SCHEMA') return error;
  return new BackupError(
    'no_rights',
    `A table of ${database} has a trigger that the user of DATABASE_URL may not see, so that it cannot be moved. ` +
      'Nothing was changed. Grant the right TRIGGER, and restore again.',
    { cause: error },
  );
}
