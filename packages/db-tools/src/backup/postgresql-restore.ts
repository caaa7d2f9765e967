import pg from 'pg';
import {
  markStaging,
  parseServerUrl,
  postgresqlOptions,
  removeStagingDatabases,
  restorePrefix,
  stagingDatabase,
} from '@latchkey/db/connection';
import { standardSql } from '@latchkey/db/sql';
import { toBackupError, BackupError } from './backup-error.ts';
import { inUseError, requireExclusive } from './require-exclusive.ts';
import { checkPostgresqlDump, countTables } from './postgresql-backup.ts';
import { timestampForName, type RestoreResult, type RestoreJob, type RestoredSchema } from './restore-job.ts';
import { requireSameCounts } from './row-counts.ts';
import { requireProgram, runTool, withPostgresqlTool } from './server-tool.ts';
import { withDatabaseName } from './server-url.ts';

const { name } = standardSql;

/** Loads the backup into a staging database, inspects it, and swaps the names of both databases in one transaction. */
export async function restorePostgresql(job: RestoreJob): Promise<RestoreResult> {
  const { url, format } = job;
  const { database } = parseServerUrl(url);
  const staging = stagingDatabase(database);
  const previous = `${restorePrefix(database)}_before_restore_${timestampForName()}`;

  const server = await connectToServer(url);
  try {
    await refuseInUse(server, database);
    const run = async (sql: string) => (await server.query<Record<string, unknown>>(sql)).rows;
    await removeStagingDatabases('postgresql', database, run);
    await run(markStaging.postgresql(staging));
    await createSimilarDatabase(server, database, staging);
    try {
      const schema = await loadBackup(withDatabaseName(url, staging), staging, job);
      await swap(server, database, staging, previous);
      return { format, ...schema, previous };
    } catch (error) {
      await server.query(`drop database if exists ${name(staging)}`).catch(() => undefined);
      throw error;
    }
  } finally {
    await server.end();
  }
}

/** Connects to another database of the server: a connection cannot rename its own database. */
const connectToServer = (url: string): Promise<pg.Client> => connect(withDatabaseName(url, 'postgres'));

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(postgresqlOptions(parseServerUrl(url)));
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function refuseInUse(server: pg.Client, database: string): Promise<void> {
  return requireExclusive(database, async () => {
    const { rows } = await server.query(
      // An autovacuum worker is cancelled when the database is renamed.
      "select 1 from pg_stat_activity where datname = $1 and backend_type is distinct from 'autovacuum worker' limit 1",
      [database],
    );
    return rows.length > 0;
  });
}

async function createSimilarDatabase(server: pg.Client, database: string, staging: string): Promise<void> {
  const { rows } = await server.query<DatabaseProperties>(
    'select pg_encoding_to_char(encoding) as encoding, datcollate as collate, datctype as ctype, ' +
      // Columns of PostgreSQL 15 (provider), 16 (rules) and 17 (locale, which had another name before).
      "to_jsonb(d) ->> 'datlocprovider' as provider, to_jsonb(d) ->> 'daticurules' as rules, " +
      "coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale, " +
      'pg_get_userbyid(datdba) as owner from pg_database d where datname = $1',
    [database],
  );
  const [old] = rows;
  if (!old) {
    throw new BackupError(
      'no_file',
      `The server has no database ${database}. Create it, or check the name in DATABASE_URL.`,
    );
  }
  const text = standardSql.text;
  await server.query(
    `create database ${name(staging)} template template0 owner ${name(old.owner)} encoding ${text(old.encoding)} ` +
      `lc_collate ${text(old.collate)} lc_ctype ${text(old.ctype)}${localeOptions(old)}`,
  );
}

type DatabaseProperties = {
  encoding: string;
  collate: string;
  ctype: string;
  owner: string;
  /** `c` for libc, `i` for ICU, `b` for builtin; null before PostgreSQL 15. */
  provider: string | null;
  locale: string | null;
  rules: string | null;
};

/** The locale options of `create database`. */
function localeOptions({ provider, locale, rules }: DatabaseProperties): string {
  const { text } = standardSql;
  if (provider === 'i') {
    return ` locale_provider icu icu_locale ${text(locale ?? '')}${rules === null ? '' : ` icu_rules ${text(rules)}`}`;
  }
  if (provider === 'b') return ` locale_provider builtin builtin_locale ${text(locale ?? '')}`;
  return provider === null ? '' : ' locale_provider libc';
}

async function loadBackup(
  url: string,
  staging: string,
  { file, format, fill, inspect }: RestoreJob,
): Promise<RestoredSchema> {
  if (format === 'portable') {
    await fill(url);
    return inspect(url);
  }
  const wanted = await checkPostgresqlDump(file);
  const program = await requireProgram(['pg_restore'], 'a backup made by pg_dump');
  const words = ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${staging}`, file];
  await withPostgresqlTool(program, url, (tool) => runTool(tool, words));
  const client = await connect(url);
  try {
    requireSameCounts(wanted, await countTables(client), file);
  } finally {
    await client.end();
  }
  return inspect(url);
}

async function swap(server: pg.Client, database: string, staging: string, previous: string): Promise<void> {
  try {
    await server.query('begin');
    await server.query(`alter database ${name(database)} rename to ${name(previous)}`);
    await server.query(`alter database ${name(staging)} rename to ${name(database)}`);
    await server.query('commit');
  } catch (error) {
    await server.query('rollback').catch(() => undefined);
    if (error instanceof pg.DatabaseError && error.code === '55006') throw inUseError(database);
    throw toBackupError(error, database);
  }
}
