import type { EntityManager, EntitySchema, MikroORM } from '@mikro-orm/core';
import type { PreparedSelect } from './connection/prepared-select.ts';
import type { Engine } from './engine.ts';

/** An open database. */
export type Database = {
  readonly engine: Engine;
  /** The file, or host, port and name of the database, for messages. Contains no password. */
  readonly location: string;
  readonly orm: MikroORM;
  /** All entities. */
  readonly entities: readonly EntitySchema[];
  /** The folder with a subfolder of migrations for each engine. */
  readonly migrationsFolder: string;
  /** Returns a new unit of work. */
  em(): EntityManager;
  /**
   * Runs work in a transaction with a new unit of work. Repeats it after a deadlock, a serialization failure, a lock
   * timeout, or a connection that was lost before the commit. Therefore work must have no effects that a rollback does not
   * undo.
   * @throws DatabaseError `unreachable` or `locked` when the retries fail
   */
  transactional<T>(work: (em: EntityManager) => Promise<T>): Promise<T>;
  /**
   * The same with a database whose stores, statements and transactions are parts of the transaction. Also repeats work once
   * when a unique value was taken meanwhile, so that it finds the other row. Within work, use no other database: SQLite has a
   * single connection.
   */
  inTransaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
  /** Runs one statement in its own transaction. @param sql with `?` for each value */
  execute(sql: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Prepares a SELECT on the driver, for queries of every request. @param sql with `?` for each value */
  prepareSelect(sql: string): PreparedSelect;
  /**
   * Checks that the file of SQLite is in its place, and after a failed change, that changes are possible again. Reads alone would not
   * notice that a disk is full, for example.
   * @throws DatabaseError the outage
   */
  requireAvailable(): Promise<void>;
  /** The driver's connection (better-sqlite3's `Database`) or pool (pg, mysql2), for the session adapter. */
  nativeClient(): Promise<object>;
  /**
   * Runs work on the native client while no transaction is open. SQLite has a single connection, on which a statement of
   * the native client would become part of an open transaction.
   */
  runExclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for running queries and transactions, then closes all connections. */
  close(): Promise<void>;
};
