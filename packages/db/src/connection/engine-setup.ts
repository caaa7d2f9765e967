import { existsSync } from 'node:fs';
import type { MikroORM, Options } from '@mikro-orm/core';
import { explainOpenError } from '../database-error.ts';
import type { Engine } from '../engine.ts';
import { mysqlOptions, mysqlSessionSettings, postgresqlOptions } from './driver-options.ts';
import { nativeClient } from './native-client.ts';
import { parseServerUrl } from './server-url.ts';
import { makeFile, prepareConnection, prepareSqlite } from './sqlite-file.ts';

/** What a `DATABASE_URL` means for MikroORM and its driver. */
export type EngineSetup = {
  engine: Engine;
  /** Where the data are, without a password: for messages. */
  location: string;
  options: Partial<Options>;
  /** Before anything is asked. */
  prepare: (orm: MikroORM) => Promise<void>;
};

export type EngineOptions = {
  /** How long SQLite itself may wait for a lock. */
  busyTimeoutMs: number;
  /** Whether a SQLite file stays in the journal mode that it has. */
  readOnly: boolean;
};

/**
 * Only the driver that is asked for is loaded.
 * @throws DatabaseError `bad_url`, and what is the case with a file
 */
export async function setUpEngine(url: string, options: EngineOptions): Promise<EngineSetup> {
  if (url.startsWith('sqlite:')) return setUpSqlite(url.slice('sqlite:'.length), options);
  const { engine } = parseServerUrl(url);
  return engine === 'postgresql' ? setUpPostgresql(url) : setUpMysql(url);
}

async function setUpSqlite(path: string, { busyTimeoutMs, readOnly }: EngineOptions): Promise<EngineSetup> {
  const { SqliteDriver } = await import('@mikro-orm/sqlite');
  try {
    if (!readOnly || !existsSync(path)) makeFile(path);
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

async function setUpPostgresql(url: string): Promise<EngineSetup> {
  const { PostgreSqlDriver } = await import('@mikro-orm/postgresql');
  const { location, poolSize, ...address } = parseServerUrl(url);
  return {
    engine: 'postgresql',
    location,
    options: {
      driver: PostgreSqlDriver,
      ...loginOf(address),
      pool: { max: poolSize },
      driverOptions: postgresqlOptions({ ...address, location, poolSize }),
    },
    prepare: () => Promise.resolve(),
  };
}

async function setUpMysql(url: string): Promise<EngineSetup> {
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
    prepare: setUpEverySession,
  };
}

/** For MikroORM itself, which would fill in what is missing. */
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

/** The pool tells of each new connection before anybody gets it: what is asked here comes first. */
async function setUpEverySession(orm: MikroORM): Promise<void> {
  const pool = await nativeClient(orm);
  // The cast: MikroORM's pool for MySQL is mysql2's.
  (pool as MysqlPool).on('connection', (connection) => {
    connection.query(mysqlSessionSettings, (error: unknown) => {
      // A connection that is not set up is not used.
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
