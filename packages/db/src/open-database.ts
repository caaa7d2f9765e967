import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MikroORM, type EntityManager, type EntitySchema, type Options } from '@mikro-orm/core';
import { DatabaseError, openingError } from './database-error.ts';
import type { Engine } from './engine.ts';
import { findEntities } from './entities/find-entities.ts';
import { JournalledMigrator } from './migrating/journalled-migrator.ts';
import { journalTable } from './migrating/migration-journal.ts';
import { readRevisions } from './migrating/revisions.ts';

/** Other folders than the application's own: for tests, and for migrations that are kept elsewhere. */
export type OpenOptions = { entitiesFolder?: string; migrationsFolder?: string };

export type Database = {
  readonly engine: Engine;
  /** Where the data are, without a password: for messages. */
  readonly place: string;
  readonly orm: MikroORM;
  /** Every entity there is, by the name of its class: for whoever looks at the data. */
  readonly entities: readonly EntitySchema[];
  /** Where the migrations of each engine have their folder. */
  readonly migrationsFolder: string;
  /** A fresh unit of work. */
  em(): EntityManager;
  /** The driver's own connection (better-sqlite3's `Database`) or pool (pg, mysql2): for the session adapter. */
  nativeClient(): Promise<object>;
  /**
   * Runs work on the native client while no transaction is open. SQLite has one connection, on which a statement from
   * outside would become part of whatever transaction is open, and be rolled back with it.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * Opens the database that a `DATABASE_URL` names, and nothing more: no migration runs here.
 * A SQLite file and its folder are made when they are missing, readable by their owner alone.
 * @throws DatabaseError when it cannot be opened
 */
export async function openDatabase(
  url: string,
  { entitiesFolder, migrationsFolder = ourMigrations }: OpenOptions = {},
): Promise<Database> {
  const { engine, place, options } = await engineOf(url);
  try {
    if (engine === 'sqlite') makeFile(place);
    const entities = await findEntities(entitiesFolder);
    const orm = await MikroORM.init({
      ...common(engine),
      entities,
      migrations: await migrationOptions(engine, migrationsFolder),
      ...options,
    });
    await orm.em.getConnection().execute('select 1');
    if (engine === 'sqlite') await prepareSqlite(orm);
    return {
      engine,
      place,
      orm,
      entities,
      migrationsFolder,
      em: () => orm.em.fork(),
      nativeClient: () => nativeClient(orm),
      exclusively: engine === 'sqlite' ? exclusively(orm) : (work) => work(),
      close: () => orm.close(),
    };
  } catch (error) {
    throw openingError(error, place);
  }
}

/** Only the driver that is asked for is loaded. */
async function engineOf(url: string): Promise<{ engine: Engine; place: string; options: Partial<Options> }> {
  if (url.startsWith('sqlite:')) {
    const { SqliteDriver } = await import('@mikro-orm/sqlite');
    const path = url.slice('sqlite:'.length);
    return { engine: 'sqlite', place: path, options: { driver: SqliteDriver, dbName: path } };
  }

  const parsed = URL.parse(url);
  const place = parsed && `${parsed.host}${parsed.pathname}`;
  switch (parsed?.protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { PostgreSqlDriver } = await import('@mikro-orm/postgresql');
      return {
        engine: 'postgresql',
        place: place ?? '',
        options: { driver: PostgreSqlDriver, clientUrl: url },
      };
    }
    case 'mysql:':
    case 'mariadb:': {
      const { MySqlDriver } = await import('@mikro-orm/mysql');
      const clientUrl = url.replace(/^mariadb:/, 'mysql:');
      return { engine: 'mysql', place: place ?? '', options: { driver: MySqlDriver, clientUrl } };
    }
    default:
      throw new DatabaseError('bad_url', 'DATABASE_URL is none of sqlite:, postgres:, mysql: or mariadb:.');
  }
}

function common(engine: Engine): Partial<Options> {
  return {
    extensions: [JournalledMigrator],
    // The migrations' own, and no entity's. MikroORM knows of the other one itself.
    schemaGenerator: { skipTables: [journalTable] },
    // A mistyped name is not the wish for a new database.
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: true },
    forceUtcTimezone: true,
    // MySQL and MariaDB: text is compared as it stands, in every character there is; what should be
    // alike without regard to case has a key column for it.
    ...(engine === 'mysql' && { charset: 'utf8mb4', collate: 'utf8mb4_bin' }),
  };
}

const ourMigrations = join(import.meta.dirname, 'migrations');

async function migrationOptions(engine: Engine, folder: string): Promise<NonNullable<Options['migrations']>> {
  const revisions = await readRevisions(engine, folder);
  return {
    // Listed here and not found by a pattern, which would read brackets in the clone's path as part of it.
    migrationsList: revisions.map(({ name, migration }) => ({ name, class: migration })),
    tableName: 'migrations',
    snapshot: false,
    allOrNothing: true,
    silent: true,
  };
}

function makeFile(path: string): void {
  if (path === ':memory:') return;
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
}

/** One folder after the other: Node's recursive way does not come to an end on file systems like /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process that starts at the same time may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

async function prepareSqlite(orm: MikroORM): Promise<void> {
  const run = (pragma: string) => orm.em.getConnection().execute(`pragma ${pragma}`);
  await run('busy_timeout = 5000');
  // Readers and the writer do not wait for each other.
  await run('journal_mode = wal');
  // With `normal`, a power cut may lose the last commits of a WAL database; what was acknowledged has to stay.
  await run('synchronous = full');
}

const offersPromises = (client: object): client is { promise(): object } =>
  'promise' in client && typeof client.promise === 'function';

/** Waits its turn for the connection, as the ORM's own statements do. */
function exclusively(orm: MikroORM): Database['exclusively'] {
  // The cast: the type of a connection is the same for databases that know no SQL.
  const connection = orm.em.getConnection() as unknown as {
    getClient(): { connection(): { execute<T>(work: () => Promise<T>): Promise<T> } };
  };
  return (work) => connection.getClient().connection().execute(work);
}

async function nativeClient(orm: MikroORM): Promise<object> {
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<object> };
  const client = await connection.getNativeClient();
  // mysql2's pool speaks in callbacks and offers one of promises.
  return offersPromises(client) ? client.promise() : client;
}
