import { join } from 'node:path';
import { MikroORM, type EntityManager } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { isConflict, isLostConnection, explainOpenError, toOutageError } from '../database-error.ts';
import { findEntities } from '../entities/find-entities.ts';
import { closeWhenIdle } from './drain-on-close.ts';
import { releaseBrokenConnections } from './release-broken-connections.ts';
import { nativeClient } from './native-client.ts';
import { setUpEngine, type EngineSetup } from './engine-setup.ts';
import { allowImmediateTransactions, beginImmediately, requireWriteLock } from './immediate-transactions.ts';
import { selectPreparer } from './prepared-select.ts';
import { commonOptions } from './orm-options.ts';
import { withRetries, withReadRetries } from './with-retries.ts';

/** The application's own migrations, in a folder for each engine. */
export const defaultMigrationsFolder = join(import.meta.dirname, '../migrations');

export type OpenOptions = {
  /** Other folders than the application's own: for tests, and for migrations that are kept elsewhere. */
  entitiesFolder?: string;
  migrationsFolder?: string;
  /**
   * How long SQLite itself may wait for a lock, in which nothing else happens in this process. Milliseconds. A command
   * may wait; a server gives 0, and what it asks is tried again a little later.
   */
  busyTimeoutMs?: number;
  /** For whoever looks and changes nothing: a SQLite file is not switched to the write-ahead log. */
  readOnly?: boolean;
  /** Called with every statement before it runs, except `begin`, `commit` and `rollback`. */
  onStatement?: (sql: string) => void;
};

/**
 * Opens the database that a `DATABASE_URL` names, and nothing more: no migration runs here.
 * A SQLite file and its folder are made when they are missing, readable by their owner alone.
 * @throws DatabaseError when it cannot be opened
 */
export async function openDatabase(
  url: string,
  {
    entitiesFolder,
    migrationsFolder = defaultMigrationsFolder,
    busyTimeoutMs = 5000,
    readOnly = false,
    onStatement,
  }: OpenOptions = {},
): Promise<Database> {
  const { engine, location, options, prepare } = await setUpEngine(url, { busyTimeoutMs, readOnly });
  try {
    const entities = await findEntities(entitiesFolder);
    const orm = await MikroORM.init({
      ...commonOptions(engine),
      onQuery(sql) {
        onStatement?.(sql);
        return sql;
      },
      onCreateConnection: (connection) => {
        // Below the other hook, which compares with the `begin` that Kysely sends.
        // The cast: what Kysely gives to the hook for new connections.
        if (engine === 'sqlite') allowImmediateTransactions(connection as never);
        return releaseBrokenConnections(connection);
      },
      entities,
      ...options,
    });
    await connect(orm, prepare);
    const client = withPromises(await nativeClient(orm));
    const preparer = selectPreparer(engine, location, client);
    const close = closeWhenIdle(orm);
    return {
      engine,
      location,
      orm,
      entities,
      migrationsFolder,
      em: () => orm.em.fork(),
      transactional: (work) => transactional(orm, { location }, work),
      execute: (sql, values) => orm.em.getConnection().execute(sql, [...values], 'all'),
      prepareSelect(sql) {
        const select = preparer.prepare(sql);
        return (...values) => {
          onStatement?.(sql);
          return withReadRetries(() => select(...values));
        };
      },
      nativeClient: () => Promise.resolve(client),
      runExclusively: engine === 'sqlite' ? runExclusively(orm) : (work) => work(),
      async close() {
        preparer.close();
        await close();
      },
    };
  } catch (error) {
    throw explainOpenError(error, location);
  }
}

/** Leaves no connection behind where it fails. */
async function connect(orm: MikroORM, prepare: EngineSetup['prepare']): Promise<void> {
  try {
    await prepare(orm);
    retryStatements(orm);
    await orm.em.getConnection().execute('select 1');
  } catch (error) {
    // What went wrong first says more than what goes wrong now.
    await orm.close().catch(() => undefined);
    throw error;
  }
}

/** A statement of its own is a transaction of its own: an engine that refuses it has done nothing of it. */
function retryStatements(orm: MikroORM): void {
  const connection = orm.em.getConnection();
  // The casts: what it is given is passed on as it is.
  const execute = connection.execute.bind(connection) as (...given: unknown[]) => Promise<unknown>;
  connection.execute = ((...given: unknown[]) => {
    const [sql, , , transaction] = given;
    const attempt = () => execute(...given);
    if (transaction) return attempt();
    return typeof sql === 'string' && /^\s*select\b/i.test(sql)
      ? withReadRetries(attempt)
      : withRetries(attempt);
  }) as typeof connection.execute;
}

async function transactional<T>(
  orm: MikroORM,
  { location }: Pick<Database, 'location'>,
  work: (em: EntityManager) => Promise<T>,
): Promise<T> {
  let isDecided = false;
  const attempt = () => {
    isDecided = false;
    return orm.em.fork().transactional(async (em) => {
      requireWriteLock();
      const result = await work(em);
      await em.flush();
      isDecided = true;
      return result;
    });
  };
  // When a connection breaks off at the commit, nobody knows whether it was done.
  const isWorthIt = (error: unknown) => isConflict(error) || (!isDecided && isLostConnection(error));
  try {
    return await withRetries(() => beginImmediately(attempt), isWorthIt);
  } catch (error) {
    throw toOutageError(error, location) ?? error;
  }
}

const withPromises = (client: object) => (offersPromises(client) ? client.promise() : client);

// mysql2's pool speaks in callbacks and offers one of promises.
const offersPromises = (client: object): client is { promise(): object } =>
  'promise' in client && typeof client.promise === 'function';

/** Waits its turn for the connection, as the ORM's own statements do. */
function runExclusively(orm: MikroORM): Database['runExclusively'] {
  // The cast: the type of a connection is the same for databases that know no SQL.
  const connection = orm.em.getConnection() as unknown as {
    getClient(): { connection(): { execute<T>(work: () => Promise<T>): Promise<T> } };
  };
  return (work) => connection.getClient().connection().execute(work);
}
