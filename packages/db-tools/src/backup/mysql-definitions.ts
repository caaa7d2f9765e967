import type { Connection, RowDataPacket } from 'mysql2/promise';
import { mysqlSql } from '@latchkey/db/sql';
import { BackupError } from './backup-error.ts';

const { name } = mysqlSql;

/**
 * What a database of MySQL or MariaDB has besides its tables. `rename table` moves none of it, and refuses a table that has
 * a trigger (error 1435).
 */
export type Definition = {
  /** As in `show create …`. */
  kind: string;
  name: string;
  /** What makes it, without the name of its database. */
  statement: string;
  /** What the statement means depends on these two. Empty where they do not matter. */
  sqlMode: string;
  collation: string;
};

/**
 * The triggers, views and routines of a database. Events are not among them: no backup has them, and they stay where they
 * are.
 * @throws BackupError `no_rights` where a definition is not shown to this user
 */
export async function readDefinitions(server: Connection, database: string): Promise<Definition[]> {
  await server.query(`use ${name(database)}`);
  const definitions: Definition[] = [];
  for (const select of catalogues) {
    const [rows] = await server.query<RowDataPacket[]>(select, [database]);
    for (const row of rows) {
      definitions.push(await readDefinition(server, database, String(row['kind']), String(row['name'])));
    }
  }
  return definitions;
}

/** In the order in which they can be made: a view may use a function. Triggers of one event run in their order. */
const catalogues = [
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
  called: string,
): Promise<Definition> {
  const [rows] = await server.query<RowDataPacket[]>(`show create ${kind} ${name(called)}`);
  const entries = Object.entries(rows[0] ?? {});
  const [, statement] =
    entries.find(([column]) => /^(create .*|sql original statement)$/i.test(column)) ?? [];
  if (typeof statement !== 'string') {
    throw new BackupError(
      'no_rights',
      `The ${kind} ${called} of ${database} is not shown to the user of DATABASE_URL, and would be lost. ` +
        'Nothing was changed. Restore as a user who may see it.',
    );
  }
  return {
    kind,
    name: called,
    statement,
    sqlMode: String(rows[0]?.['sql_mode'] ?? ''),
    collation: String(rows[0]?.['collation_connection'] ?? ''),
  };
}

/** Drops those that are there. */
export async function dropDefinitions(
  server: Connection,
  database: string,
  definitions: readonly Definition[],
): Promise<void> {
  if (definitions.length === 0) return;
  await server.query(`use ${name(database)}`);
  for (const { kind, name: called } of definitions)
    await server.query(`drop ${kind} if exists ${name(called)}`);
}

export type NotMade = { definition: Definition; error: unknown };

/** @returns those that could not be made */
export async function createDefinitions(
  server: Connection,
  database: string,
  definitions: readonly Definition[],
): Promise<NotMade[]> {
  if (definitions.length === 0) return [];
  await server.query(`use ${name(database)}`);
  await server.query('set @mode_before = @@sql_mode, @collation_before = @@collation_connection');
  try {
    let waiting = definitions;
    for (;;) {
      const failed: NotMade[] = [];
      for (const definition of waiting) {
        await createDefinition(server, definition).catch((error: unknown) =>
          failed.push({ definition, error }),
        );
      }
      // A view may use one that comes after it.
      if (failed.length === 0 || failed.length === waiting.length) return failed;
      waiting = failed.map(({ definition }) => definition);
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

/** Where statements are kept of what could not be made. */
export const keptTable = 'latchkey_definitions';

/** Writes them down in a database, for the case that something breaks off while they are nowhere else. */
export async function keepDefinitions(
  server: Connection,
  database: string,
  definitions: readonly Definition[],
): Promise<void> {
  if (definitions.length === 0) return;
  const table = `${name(database)}.${name(keptTable)}`;
  await server.query(
    `create table ${table} (kind varchar(20), name varchar(64), statement longtext, sql_mode text, ` +
      'collation varchar(64)) character set utf8mb4',
  );
  await server.query(`insert into ${table} values ?`, [
    definitions.map((one) => [one.kind, one.name, one.statement, one.sqlMode, one.collation]),
  ]);
}

/** Once each of them has been made. */
export async function throwAwayKept(server: Connection, database: string): Promise<void> {
  await server.query(`drop table if exists ${name(database)}.${name(keptTable)}`);
}
