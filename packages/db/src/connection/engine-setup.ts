import { existsSync } from 'node:fs';
import type { MikroORM, Options } from '@mikro-orm/core';
import { explainOpenError } from '../database-error.ts';
import type { Engine } from '../engine.ts';
import { mysqlOptions, mysqlSessionSettings, postgresqlOptions } from './driver-options.ts';
import { nativeClient } from './native-client.ts';
import { parseServerUrl } from './server-url.ts';
import { createFile, prepareConnection, prepareSqlite } from './sqlite-file.ts';

/** The options of MikroORM and its driver for a `DATABASE_URL`. */
export type EngineSetup = {
  engine: Engine;
  /** The file, or host, port and name of the database, for messages. Contains no password. */
  location: string;
  options: Partial<Options>;
  /** Runs before the first query. */
  prepare: (orm: MikroORM) => Promise<void>;
};

export type EngineOptions = {
  /** How long SQLite waits for a lock. */
  busyTimeoutMs: number;
  /** Whether to keep the journal mode of a SQLite file, which is stored in the file. */
  readOnly: boolean;
  /** How long a server may take for a statement; null for no limit. */
  statementTimeoutMs: number | null;
};

/**
 * Returns the options for a `DATABASE_URL`. Loads only the driver of its engine, and creates a missing SQLite file.
 * @throws DatabaseError `bad_url`; `no_access` when the file cannot be created
 */
export async function setUpEngine(url: string, options: EngineOptions): Promise<EngineSetup> {
  if (url.startsWith('sqlite:')) return setUpSqlite(url.slice('sqlite:'.length), options);
  const { engine } = parseServerUrl(url);
  return engine === 'postgresql' ? setUpPostgresql(url, options) : setUpMysql(url, options);
}

async function setUpSqlite(path: string, { busyTimeoutMs, readOnly }: EngineOptions): Promise<EngineSetup> {
  const { SqliteDriver } = await import('@mikro-orm/sqlite');
  try {
    if (!readOnly || !existsSync(path)) createFile(path);
  } catch (error) {
    throw explainOpenError(error, path);
  }
  return {
    engine: 'sqlite',
    location: path,
    options: { driver: SqliteDriver, dbName: path, driverOptions: { timeout: busyTimeoutMs } },
    prepare: readOnly ? prepareConnection : prepareSqlite,
  };
}

async function setUpPostgresql(url: string, { statementTimeoutMs }: EngineOptions): Promise<EngineSetup> {
  const { PostgreSqlDriver } = await import('@mikro-orm/postgresql');
  const { location, poolSize, ...address } = parseServerUrl(url);
  return {
    engine: 'postgresql',
    location,
    options: {
      driver: PostgreSqlDriver,
      ...loginOf(address),
      pool: { max: poolSize },
      driverOptions: postgresqlOptions({ ...address, location, poolSize }, statementTimeoutMs),
    },
    prepare: () => Promise.resolve(),
  };
}

async function setUpMysql(url: string, { statementTimeoutMs }: EngineOptions): Promise<EngineSetup> {
  const { MySqlDriver } = await import('@mikro-orm/mysql');
  const { location, poolSize, ...address } = parseServerUrl(url);
  return {
    engine: 'mysql',
    location,
    options: {
      driver: MySqlDriver,
      ...loginOf(address),
      pool: { max: poolSize },
      driverOptions: mysqlOptions({ ...address, location, poolSize }),
    },
    prepare: (orm) => configureSessions(orm, mysqlSessionSettings(statementTimeoutMs)),
  };
}

/** The login in MikroORM's options, which would otherwise use defaults. */
const loginOf = ({
  host,
  port,
  user,
  password,
  database,
}: {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}) => ({ host, port, user, password, dbName: database });

/** Configures each new connection. The pool emits the event before it hands the connection out. */
async function configureSessions(orm: MikroORM, settings: string): Promise<void> {
  const pool = await nativeClient(orm);
  // The cast: MikroORM's native client for MySQL is mysql2's pool.
  (pool as MysqlPool).on('connection', (connection) => {
    connection.query(settings, (error: unknown) => {
      // Prevents the use of a connection without the settings.
      if (error) connection.destroy();
    });
  });
}

type MysqlPool = {
  on(
    event: 'connection',
    listener: (connection: {
      query(sql: string, callback: (error: unknown) => void): void;
      destroy(): void;
    }) => void,
  ): void;
};
