import { hasSiblings, nameOf, onDatabase, type Run, type ServerEngine } from './test-servers.fixture.ts';

/** The schema of a database on a server, and its rows. */
export type DatabaseState = {
  /** Tables without rows. */
  emptyTables: readonly string[];
  /** Changes with the schema, and with the rows of the other tables. */
  fingerprint: string;
};

export function readState(url: string, engine: ServerEngine): Promise<DatabaseState> {
  return onDatabase(url, async (run) => {
    const tables = await tablesOf(run, engine);
    const filled: string[] = [];
    for (const table of tables) {
      if ((await run(`select 1 from ${table} limit 1`)).length > 0) filled.push(table);
    }
    const emptyTables = tables.filter((table) => !filled.includes(table));
    return { emptyTables, fingerprint: await computeFingerprint(run, engine, filled) };
  });
}

/**
 * Deletes the rows of the tables that were empty.
 * @returns whether the database is as it was then; false when a test has changed its schema, or other rows
 */
export async function canReturnTo(state: DatabaseState, url: string, engine: ServerEngine): Promise<boolean> {
  try {
    return await onDatabase(url, async (run) => {
      if (await hasSiblings(run, engine, nameOf(url))) return false;
      for (const sql of beforeDeleting[engine]) await run(sql);
      for (const table of state.emptyTables) await run(`delete from ${table}`);
      const filled = (await tablesOf(run, engine)).filter((table) => !state.emptyTables.includes(table));
      return (await computeFingerprint(run, engine, filled)) === state.fingerprint;
    });
  } catch {
    // For example, the test has dropped a table.
    return false;
  }
}

/** Sessions that are left would hold locks, and references the order of the tables. */
const beforeDeleting = {
  postgresql: [
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    "set lock_timeout = '2s'",
    'set session_replication_role = replica',
  ],
  mysql: ['set foreign_key_checks = 0, lock_wait_timeout = 2, innodb_lock_wait_timeout = 2'],
};

async function tablesOf(run: Run, engine: ServerEngine): Promise<string[]> {
  const list = {
    postgresql:
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
    mysql:
      "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE' order by 1",
  };
  return (await run(list[engine])).map(({ name }) => String(name));
}

async function computeFingerprint(
  run: Run,
  engine: ServerEngine,
  filled: readonly string[],
): Promise<string> {
  const parts: unknown[] = [await schemaOf[engine](run)];
  for (const table of filled) parts.push(table, await run(`select * from ${table} order by 1`));
  return JSON.stringify(parts);
}

const schemaOf = {
  /** Every change of a schema adds rows to the system's catalogs, or deletes some. */
  async postgresql(run: Run): Promise<unknown> {
    const catalogs = [
      'class',
      'attribute',
      'attrdef',
      'constraint',
      'index',
      'trigger',
      'proc',
      'type',
      'namespace',
    ];
    const state = (catalog: string) =>
      `select '${catalog}', count(*), max(xmin::text::bigint) from pg_${catalog}`;
    return run(catalogs.map(state).join(' union all '));
  },

  async mysql(run: Run): Promise<unknown> {
    const definitions: string[] = [];
    for (const table of await tablesOf(run, 'mysql')) {
      const [row] = await run(`show create table ${table}`);
      definitions.push(String(row?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, ''));
    }
    const others = await run(`
      select
        (select count(*) from information_schema.triggers where trigger_schema = database()) as triggers,
        (select count(*) from information_schema.routines where routine_schema = database()) as routines,
        (select count(*) from information_schema.views where table_schema = database()) as views,
        (select count(*) from information_schema.events where event_schema = database()) as events`);
    return [definitions, others];
  },
};
