import { join } from 'node:path';
import { MikroORM, type EntityManager } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { isConflict, isLostConnection, explainOpenError, toOutageError } from '../database-error.ts';
import { findEntities } from '../entities/find-entities.ts';
import { drainOnClose } from './drain-on-close.ts';
import { releaseBrokenConnections } from './release-broken-connections.ts';
import { createAvailability } from './availability.ts';
import { isSelect, limitStatements, refuseAbandoned, refuseMovedFile } from './limit-statements.ts';
import { nativeClient } from './native-client.ts';
import { setUpEngine, type EngineSetup } from './engine-setup.ts';
import { allowImmediateTransactions, beginImmediately, requireWriteLock } from './immediate-transactions.ts';
import { selectPreparer } from './prepared-select.ts';
import { repeatWhenTaken, withinTransaction } from './within-transaction.ts';
import { commonOptions } from './orm-options.ts';
import { createFileWatch } from './sqlite-file-watch.ts';
import { withTimeLimit } from './time-limit.ts';
import { watchConnections } from './watch-connections.ts';
import { withRetries, withReadRetries } from './with-retries.ts';

/** The folder of the application's migrations, with a subfolder for each engine. */
export const defaultMigrationsFolder = join(import.meta.dirname, '../migrations');

export type OpenOptions = {
  /** Folders to use instead of the application's own. */
  entitiesFolder?: string;
  migrationsFolder?: string;
  /**
   * How long SQLite waits for a lock, in milliseconds. It blocks the process meanwhile, so servers pass 0 and rely on
   * retries.
   */
  busyTimeoutMs?: number;
  /**
   * How long a server may take for a statement, waiting for a connection included. Milliseconds; no limit by default, because
   * commands and migrations take as long as they need.
   */
  statementTimeoutMs?: number | null;
  /** Does not switch a SQLite file to the write-ahead log. For commands that only read. */
  readOnly?: boolean;
  /** Called with every statement before it runs, except `begin`, `commit` and `rollback`. */
  onStatement?: (sql: string) => void;
};

/**
 * Opens the database of a `DATABASE_URL`. Does not run migrations.
 * Creates a missing SQLite file and its folder, readable only by their owner.
 * @throws DatabaseError when it cannot be opened
 */
export async function openDatabase(
  url: string,
  {
    entitiesFolder,
    migrationsFolder = defaultMigrationsFolder,
    busyTimeoutMs = 5000,
    statementTimeoutMs = null,
    readOnly = false,
    onStatement,
  }: OpenOptions = {},
): Promise<Database> {
  const { engine, location, options, prepare } = await setUpEngine(url, {
    busyTimeoutMs,
    readOnly,
    statementTimeoutMs,
  });
  const files = createFileWatch(location);
  try {
    const entities = await findEntities(entitiesFolder);
    const orm = await MikroORM.init({
      ...commonOptions(engine),
      onQuery(sql) {
        onStatement?.(sql);
        return sql;
      },
      onCreateConnection: (connection) => {
        // Wraps the connection before the other hook, which compares with the `begin` that Kysely sends.
        // The cast: MikroORM does not type the connection of Kysely.
        if (engine === 'sqlite') allowImmediateTransactions(connection as never);
        refuseAbandoned(connection as never);
        if (engine === 'sqlite') refuseMovedFile(connection as never, files);
        return releaseBrokenConnections(connection);
      },
      entities,
      ...options,
    });
    const native = await nativeClient(orm);
    const connections = watchConnections(engine, native);
    await connect(orm, prepare);
    if (engine === 'sqlite') files.start();
    const availability = createAvailability(orm, { engine, location, files });
    // The limit of SQLite is that of the retries while its file is locked.
    const limit = { ms: engine === 'sqlite' ? null : statementTimeoutMs };
    limitStatements(orm, { engine, location, ...limit, onError: availability.noteError });
    const client = toPromiseClient(native);
    const preparer = selectPreparer(engine, location, client);
    const close = drainOnClose(orm, {
      closeAll: () => {
        connections.closeAll();
      },
      withinMs: statementTimeoutMs === null ? null : serverCloseMs,
    });
    const database: Database = {
      engine,
      location,
      orm,
      entities,
      migrationsFolder,
      em: () => orm.em.fork(),
      transactional: (work) => transactional(orm, { location }, work),
      inTransaction(work) {
        return repeatWhenTaken(() =>
          transactional(orm, { location }, (em) => work(withinTransaction(database, em))),
        );
      },
      execute: (sql, values) => orm.em.getConnection().execute(sql, [...values], 'all'),
      prepareSelect(sql) {
        const select = preparer.prepare(sql);
        return (...values) => {
          onStatement?.(sql);
          return withTimeLimit(limit, () => {
            files.checkForRead();
            return withReadRetries(() => select(...values));
          });
        };
      },
      requireAvailable: availability.require,
      nativeClient: () => Promise.resolve(client),
      runExclusively: engine === 'sqlite' ? runExclusively(orm) : (work) => work(),
      async close() {
        preparer.close();
        await close();
      },
    };
    return database;
  } catch (error) {
    throw explainOpenError(error, location);
  }
}

/** How long a server waits for running work when it closes the database. A command waits until it ends. */
const serverCloseMs = 1000;

/** Runs the first query. Closes all connections when it fails. */
async function connect(orm: MikroORM, prepare: EngineSetup['prepare']): Promise<void> {
  try {
    await prepare(orm);
    retryStatements(orm);
    await orm.em.getConnection().execute('select 1');
  } catch (error) {
    // The first error is more informative than an error while closing.
    await orm.close().catch(() => undefined);
    throw error;
  }
}

/** Adds retries to statements outside of transactions, of which the engine has no effects when they fail. */
function retryStatements(orm: MikroORM): void {
  const connection = orm.em.getConnection();
  // The casts: arguments are passed on unchanged.
  const execute = connection.execute.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  connection.execute = ((...args: unknown[]) => {
    const [sql, , , transaction] = args;
    const attempt = () => execute(...args);
    if (transaction) return attempt();
    return typeof sql === 'string' && isSelect(sql) ? withReadRetries(attempt) : withRetries(attempt);
  }) as typeof connection.execute;
}

async function transactional<T>(
  orm: MikroORM,
  { location }: Pick<Database, 'location'>,
  work: (em: EntityManager) => Promise<T>,
): Promise<T> {
  let isReadyToCommit = false;
  const attempt = () => {
    isReadyToCommit = false;
    return orm.em.fork().transactional(async (em) => {
      requireWriteLock();
      const result = await work(em);
      await em.flush();
      isReadyToCommit = true;
      return result;
    });
  };
  // When the connection is lost during the commit, the outcome is unknown, so the work is not repeated.
  const isRetryable = (error: unknown) => isConflict(error) || (!isReadyToCommit && isLostConnection(error));
  try {
    return await withRetries(() => beginImmediately(attempt), isRetryable);
  } catch (error) {
    throw toOutageError(error, location) ?? error;
  }
}

const toPromiseClient = (client: object) => (hasPromiseMethod(client) ? client.promise() : client);

// mysql2's pool has callbacks, and a method that returns a pool with promises.
const hasPromiseMethod = (client: object): client is { promise(): object } =>
  'promise' in client && typeof client.promise === 'function';

/** Waits in the same queue for the connection as the ORM's statements. */
function runExclusively(orm: MikroORM): Database['runExclusively'] {
  // The cast: MikroORM's type of a connection also covers databases without SQL.
  const connection = orm.em.getConnection() as unknown as {
    getClient(): { connection(): { execute<T>(work: () => Promise<T>): Promise<T> } };
  };
  return (work) => connection.getClient().connection().execute(work);
}
