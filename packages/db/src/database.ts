import type { EntityManager, EntitySchema, MikroORM } from '@mikro-orm/core';
import type { PreparedSelect } from './connection/prepared-select.ts';
import type { Engine } from './engine.ts';

/** An open database: what everything that works with data is given. */
export type Database = {
  readonly engine: Engine;
  /** Where the data are, without a password: for messages. */
  readonly location: string;
  readonly orm: MikroORM;
  /** Every entity there is, by the name of its class: for whoever looks at the data. */
  readonly entities: readonly EntitySchema[];
  /** Where the migrations of each engine have their folder. */
  readonly migrationsFolder: string;
  /** A fresh unit of work. */
  em(): EntityManager;
  /**
   * Runs work in a transaction of a fresh unit of work, and runs it again when a deadlock, a serialisation failure or a
   * lock was in its way, or the connection broke off before its end. So it does nothing that a rollback does not undo.
   * @throws DatabaseError `unreachable` or `locked` when it could not be done
   */
  transactional<T>(work: (em: EntityManager) => Promise<T>): Promise<T>;
  /** Runs one statement, in a transaction of its own. @param sql with `?` for each value */
  execute(sql: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Prepares a SELECT on the driver itself, for what every request reads. @param sql with `?` for each value */
  prepareSelect(sql: string): PreparedSelect;
  /** The driver's own connection (better-sqlite3's `Database`) or pool (pg, mysql2): for the session adapter. */
  nativeClient(): Promise<object>;
  /**
   * Runs work on the native client while no transaction is open. SQLite has one connection, on which a statement from
   * outside would become part of whatever transaction is open, and be rolled back with it.
   */
  runExclusively<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};
