import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { parseServerUrl, postgresqlOptions } from '@latchkey/db/connection';
import { standardSql } from '@latchkey/db/sql';
import { backupError, BackupError } from './backup-error.ts';
import { inUse, requireExclusive } from './require-exclusive.ts';
import { checkPostgresqlDump, countTables } from './postgresql-backup.ts';
import { stamp, type Restored, type Restoring, type Standing } from './restoring.ts';
import { requireProgram, runTool, withPostgresqlTool } from './server-tool.ts';
import { withDatabaseName } from './server-url.ts';
import { requireSame } from './sqlite-backup.ts';

const { name } = standardSql;

/** A name has 63 bytes at most, and what is behind this needs some. */
const longestBeginning = 30;

/** Reads the backup into a database beside it, looks at it, and lets the two change their names in one transaction. */
export async function restorePostgresql(restoring: Restoring): Promise<Restored> {
  const { url, format } = restoring;
  const { database } = parseServerUrl(url);
  const beginning = database.slice(0, longestBeginning);
  const beside = `${beginning}_restoring_${randomBytes(4).toString('hex')}`;
  const previous = `${beginning}_before_restore_${stamp()}`;

  const server = await connectBeside(url);
  try {
    await refuseInUse(server, database);
    await createLike(server, database, beside);
    try {
      const standing = await readInto(withDatabaseName(url, beside), beside, restoring);
      await swap(server, database, beside, previous);
      return { format, ...standing, previous };
    } catch (error) {
      await server.query(`drop database if exists ${name(beside)}`).catch(() => undefined);
      throw error;
    }
  } finally {
    await server.end();
  }
}

/** A database cannot be renamed by who is connected to it. */
const connectBeside = (url: string): Promise<pg.Client> => connect(withDatabaseName(url, 'postgres'));

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(postgresqlOptions(parseServerUrl(url)));
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function refuseInUse(server: pg.Client, database: string): Promise<void> {
  return requireExclusive(database, async () => {
    const { rows } = await server.query(
      // A worker that cleans up gives way when the database is renamed.
      "select 1 from pg_stat_activity where datname = $1 and backend_type is distinct from 'autovacuum worker' limit 1",
      [database],
    );
    return rows.length > 0;
  });
}

async function createLike(server: pg.Client, database: string, beside: string): Promise<void> {
  const { rows } = await server.query<DatabaseProperties>(
    'select pg_encoding_to_char(encoding) as encoding, datcollate as collate, datctype as ctype, ' +
      // Columns that came with PostgreSQL 15 (provider), 16 (rules) and 17 (locale, by another name before that).
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
    `create database ${name(beside)} template template0 owner ${name(old.owner)} encoding ${text(old.encoding)} ` +
      `lc_collate ${text(old.collate)} lc_ctype ${text(old.ctype)}${localeOf(old)}`,
  );
}

type DatabaseProperties = {
  encoding: string;
  collate: string;
  ctype: string;
  owner: string;
  /** `c` for the operating system's library, `i` for ICU, `b` for PostgreSQL's own; null where there is no choice yet. */
  provider: string | null;
  locale: string | null;
  rules: string | null;
};

/** By what texts are sorted, for `create database`. */
function localeOf({ provider, locale, rules }: DatabaseProperties): string {
  const { text } = standardSql;
  if (provider === 'i') {
    return ` locale_provider icu icu_locale ${text(locale ?? '')}${rules === null ? '' : ` icu_rules ${text(rules)}`}`;
  }
  if (provider === 'b') return ` locale_provider builtin builtin_locale ${text(locale ?? '')}`;
  return provider === null ? '' : ' locale_provider libc';
}

async function readInto(
  url: string,
  beside: string,
  { file, format, fill, inspect }: Restoring,
): Promise<Standing> {
  if (format === 'portable') {
    await fill(url);
    return inspect(url);
  }
  const wanted = await checkPostgresqlDump(file);
  const program = await requireProgram(['pg_restore'], 'a backup made by pg_dump');
  const words = ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${beside}`, file];
  await withPostgresqlTool(program, url, (tool) => runTool(tool, words));
  const client = await connect(url);
  try {
    requireSame(wanted, await countTables(client), file);
  } finally {
    await client.end();
  }
  return inspect(url);
}

async function swap(server: pg.Client, database: string, beside: string, previous: string): Promise<void> {
  try {
    await server.query('begin');
    await server.query(`alter database ${name(database)} rename to ${name(previous)}`);
    await server.query(`alter database ${name(beside)} rename to ${name(database)}`);
    await server.query('commit');
  } catch (error) {
    await server.query('rollback').catch(() => undefined);
    if (error instanceof pg.DatabaseError && error.code === '55006') throw inUse(database);
    throw backupError(error, database);
  }
}
