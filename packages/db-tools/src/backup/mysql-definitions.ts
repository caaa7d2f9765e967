import type { Connection, RowDataPacket } from 'mysql2/promise';
import { mysqlSql } from '@latchkey/db/sql';
import { BackupError } from './backup-error.ts';

const { name } = mysqlSql;

/**
 * A trigger, view or routine of a MySQL or MariaDB database. `rename table` does not move these, and fails for a table with a
 * trigger (error 1435).
 */
export type Definition = {
  /** The keyword in `show create …`. */
  kind: string;
  name: string;
  /** The statement that creates it, without the name of its database. */
  statement: string;
  /** Two settings that the meaning of the statement depends on; empty if it does not. */
  sqlMode: string;
  collation: string;
};

/**
 * Reads the triggers, views and routines of a database. Events are not included: backups do not contain them, and a restore
 * does not move them.
 * @throws BackupError `no_rights` if this user cannot read a definition
 */
export async function readDefinitions(server: Connection, database: string): Promise<Definition[]> {
  await server.query(`use ${name(database)}`);
  const definitions: Definition[] = [];
  for (const select of catalogQueries) {
    const [rows] = await server.query<RowDataPacket[]>(select, [database]);
    for (const row of rows) {
      definitions.push(await readDefinition(server, database, String(row['kind']), String(row['name'])));
    }
  }
  return definitions;
}

/** In the order of creation: a view may use a function, and triggers of one event run in the order they were created. */
const catalogQueries = [
  'select lower(routine_type) as kind, routine_name as name from information_schema.routines ' +
    'where routine_schema = ? order by routine_type, routine_name',
  "select 'view' as kind, table_name as name from information_schema.views where table_schema = ? order by table_name",
  "select 'trigger' as kind, trigger_name as name from information_schema.triggers where trigger_schema = ? " +
    'order by event_object_table, action_timing, event_manipulation, action_order',
];

async function readDefinition(
  server: Connection,
  database: string,
  kind: string,
  definitionName: string,
): Promise<Definition> {
  const [rows] = await server.query<RowDataPacket[]>(`show create ${kind} ${name(definitionName)}`);
  const entries = Object.entries(rows[0] ?? {});
  const [, statement] =
    entries.find(([column]) => /^(create .*|sql original statement)$/i.test(column)) ?? [];
  if (typeof statement !== 'string') {
    throw new BackupError(
      'no_rights',
      `The user of DATABASE_URL has no permission to read the ${kind} ${definitionName} of ${database}, which would be lost. ` +
        'Nothing was changed. Restore as a user with this permission.',
    );
  }
  return {
    kind,
    name: definitionName,
    statement,
    sqlMode: String(rows[0]?.['sql_mode'] ?? ''),
    collation: String(rows[0]?.['collation_connection'] ?? ''),
  };
}

/** Drops those that exist. */
export async function dropDefinitions(
  server: Connection,
  database: string,
  definitions: readonly Definition[],
): Promise<void> {
  if (definitions.length === 0) return;
  await server.query(`use ${name(database)}`);
  for (const { kind, name: definitionName } of definitions)
    await server.query(`drop ${kind} if exists ${name(definitionName)}`);
}

export type FailedDefinition = { definition: Definition; error: unknown };

/** Creates definitions that may use each other. @returns those that could not be created */
export async function createDefinitions(
  server: Connection,
  database: string,
  definitions: readonly Definition[],
): Promise<FailedDefinition[]> {
  if (definitions.length === 0) return [];
  await server.query(`use ${name(database)}`);
  await server.query('set @mode_before = @@sql_mode, @collation_before = @@collation_connection');
  try {
    let remaining = definitions;
    for (;;) {
      const failed: FailedDefinition[] = [];
      for (const definition of remaining) {
        await createDefinition(server, definition).catch((error: unknown) =>
          failed.push({ definition, error }),
        );
      }
      // A view may use a later one, so failed ones are tried again.
      if (failed.length === 0 || failed.length === remaining.length) return failed;
      remaining = failed.map(({ definition }) => definition);
    }
  } finally {
    await server.query('set session sql_mode = @mode_before, collation_connection = @collation_before');
  }
}

async function createDefinition(
  server: Connection,
  { statement, sqlMode, collation }: Definition,
): Promise<void> {
  await server.query('set session sql_mode = ?', [sqlMode]);
  if (collation !== '') await server.query('set session collation_connection = ?', [collation]);
  await server.query(statement);
}

/** The table that saves the statements of definitions. */
export const savedDefinitionsTable = 'latchkey_definitions';

/** Saves definitions in a table, in case the restore is interrupted after they were dropped. */
export async function saveDefinitions(
  server: Connection,
  database: string,
  definitions: readonly Definition[],
): Promise<void> {
  if (definitions.length === 0) return;
  const table = `${name(database)}.${name(savedDefinitionsTable)}`;
  await server.query(
    `create table ${table} (kind varchar(20), name varchar(64), statement longtext, sql_mode text, ` +
      'collation varchar(64)) character set utf8mb4',
  );
  await server.query(`insert into ${table} values ?`, [
    definitions.map(({ kind, name: definitionName, statement, sqlMode, collation }) => [
      kind,
      definitionName,
      statement,
      sqlMode,
      collation,
    ]),
  ]);
}

/** Called after all definitions have been created again. */
export async function dropSavedDefinitions(server: Connection, database: string): Promise<void> {
  await server.query(`drop table if exists ${name(database)}.${name(savedDefinitionsTable)}`);
}
