import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import {
  driverCode,
  markStaging,
  mysqlOptions,
  parseServerUrl,
  removeStagingDatabases,
  restorePrefix,
  stagingDatabase,
} from '@latchkey/db/connection';
import { mysqlSql } from '@latchkey/db/sql';
import { BackupError } from './backup-error.ts';
import { requireExclusive } from './require-exclusive.ts';
import { checkMysqlDump } from './mysql-backup.ts';
import {
  createDefinitions,
  dropDefinitions,
  saveDefinitions,
  savedDefinitionsTable,
  readDefinitions,
  dropSavedDefinitions,
  type Definition,
  type FailedDefinition,
} from './mysql-definitions.ts';
import { timestampForName, type RestoreResult, type RestoreJob, type RestoredSchema } from './restore-job.ts';
import { requireProgram, runTool, withMysqlTool } from './server-tool.ts';
import { withDatabaseName } from './server-url.ts';

const { name, text } = mysqlSql;

/**
 * Loads the backup into a staging database, inspects it, and moves the tables of both databases in one statement. Triggers,
 * views and routines cannot be moved, and are created again.
 */
export async function restoreMysql(job: RestoreJob): Promise<RestoreResult> {
  const { url } = job;
  const { database } = parseServerUrl(url);
  const staging = stagingDatabase(database);
  const previous = `${restorePrefix(database)}_before_restore_${timestampForName()}`;

  const server = await createConnection(mysqlOptions({ ...parseServerUrl(url), database: '' }));
  server.on('error', () => undefined);
  try {
    await refuseInUse(server, database);
    await removeStagingDatabases('mysql', database, async (sql) => {
      const [rows] = await server.query(sql);
      // The cast: of statements without rows, mysql2 returns something else.
      return Array.isArray(rows) ? (rows as RowDataPacket[]) : [];
    });
    await server.query(markStaging.mysql(staging));
    await createSimilarDatabase(server, database, staging);
    try {
      const schema = await loadBackup(server, withDatabaseName(url, staging), staging, job);
      await swap(server, { database, staging, previous });
      return { format: job.format, ...schema, previous };
    } finally {
      await server.query(`drop database if exists ${name(staging)}`);
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

async function createSimilarDatabase(server: Connection, database: string, staging: string): Promise<void> {
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
    `create database ${name(staging)} character set ${text(String(old['characters']))} ` +
      `collate ${text(String(old['collation']))}`,
  );
}

async function loadBackup(
  server: Connection,
  url: string,
  staging: string,
  { file, format, fill, inspect }: RestoreJob,
): Promise<RestoredSchema> {
  if (format === 'portable') {
    await fill(url);
    return inspect(url);
  }
  const wanted = await checkMysqlDump(file);
  const program = await requireProgram(['mariadb', 'mysql'], 'a backup made by mariadb-dump or mysqldump');
  const words = ['--default-character-set=utf8mb4', staging];
  await withMysqlTool(program, url, (tool) => runTool(tool, words, { input: file }));
  const found = new Set(await tablesIn(server, staging));
  const missing = [...wanted].find((table) => !found.has(table));
  if (missing) {
    throw new BackupError(
      'damaged',
      `The table ${missing} is missing after ${file} was loaded. Nothing was changed.`,
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

type Databases = { database: string; staging: string; previous: string };

/** The contents of both databases before the swap. */
type Contents = {
  oldTables: string[];
  restoredTables: string[];
  old: Definition[];
  restored: Definition[];
};

async function swap(server: Connection, databases: Databases): Promise<void> {
  const { database, staging, previous } = databases;
  const contents: Contents = {
    oldTables: await tablesIn(server, database),
    restoredTables: await tablesIn(server, staging),
    old: await readDefinitions(server, database),
    restored: await readDefinitions(server, staging),
  };
  // A client that connected while the backup was loaded would write without the triggers.
  await refuseInUse(server, database);
  await createSimilarDatabase(server, database, previous);
  await saveDefinitions(server, previous, contents.old);
  await replaceTables(server, databases, contents);
  const failed = await createDefinitions(server, previous, contents.old);
  if (failed.length === 0) await dropSavedDefinitions(server, previous);
}

/** Moves all tables, and creates the definitions of the restored ones. Undoes everything if a step fails. */
async function replaceTables(server: Connection, databases: Databases, contents: Contents): Promise<void> {
  const { database, staging, previous } = databases;
  const { oldTables, restoredTables, old, restored } = contents;
  let areMoved = false;
  try {
    await dropDefinitions(server, staging, restored);
    await dropDefinitions(server, database, old);
    await refuseInUse(server, database);
    await moveTables(server, [
      { tables: oldTables, from: database, to: previous },
      { tables: restoredTables, from: staging, to: database },
    ]);
    areMoved = true;
    const [failed] = await createDefinitions(server, database, restored);
    if (failed) throw createDefinitionError(failed);
  } catch (error) {
    const isUndone = await undoReplace(server, databases, contents, areMoved).catch(() => false);
    if (!isUndone) throw createUndoError(error, databases);
    throw explainHiddenTriggers(error, database);
  }
}

/** @returns whether the previous state was restored completely */
async function undoReplace(
  server: Connection,
  { database, staging, previous }: Databases,
  { oldTables, restoredTables, old, restored }: Contents,
  areMoved: boolean,
): Promise<boolean> {
  if (areMoved) {
    await dropDefinitions(server, database, restored);
    await moveTables(server, [
      { tables: restoredTables, from: database, to: staging },
      { tables: oldTables, from: previous, to: database },
    ]);
  }
  await dropDefinitions(server, database, old);
  const failed = await createDefinitions(server, database, old);
  if (failed.length > 0) return false;
  await server.query(`drop database ${name(previous)}`).catch(() => undefined);
  return true;
}

type Move = { tables: readonly string[]; from: string; to: string };

/** One statement, so it is atomic. Foreign keys are moved with their tables. */
async function moveTables(server: Connection, moves: readonly Move[]): Promise<void> {
  const renames = moves.flatMap(({ tables, from, to }) =>
    tables.map((table) => `${name(from)}.${name(table)} to ${name(to)}.${name(table)}`),
  );
  await server.query(`rename table ${renames.join(', ')}`);
}

const createDefinitionError = ({ definition, error }: FailedDefinition) =>
  new BackupError(
    'does_not_fit',
    `The ${definition.kind} ${definition.name} of the backup cannot be created (${messageOf(error)}). Nothing was changed.`,
    { cause: error },
  );

const createUndoError = (error: unknown, { database, previous }: Databases) =>
  new BackupError(
    'damaged',
    `The restore of ${database} failed (${messageOf(error)}), and the previous state could not be restored completely. ` +
      `The missing tables are in the database ${previous}, and the statements for triggers, views and routines are in its table ${savedDefinitionsTable}.`,
    { cause: error },
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Without the TRIGGER privilege MySQL hides triggers, and reports only that the table cannot be moved. */
function explainHiddenTriggers(error: unknown, database: string): unknown {
  if (driverCode(error) !== 'ER_TRG_IN_WRONG_SCHEMA') return error;
  return new BackupError(
    'no_rights',
    `A table of ${database} has a trigger that the user of DATABASE_URL has no permission to see, so it cannot be moved. ` +
      'Nothing was changed. Grant the privilege TRIGGER, and restore again.',
    { cause: error },
  );
}
