import type { Database, Engine } from '@latchkey/db';
import { runSql, isMissingTable, journalTable, type Row } from '@latchkey/db/sql';

export type Direction = 'up' | 'down';

/** A step that was begun and has not come to its end: its process died, or one of its statements failed. */
export type Interrupted = {
  readonly direction: Direction;
  /** How many of its statements are in effect; the next one may be as well. */
  readonly done: number;
  /** SHA-256 of those statements. */
  readonly doneChecksum: string;
};

/** What is noted of a migration beside MikroORM's own row: what its file was when it ran, and how far it came. */
export type JournalEntry = {
  readonly name: string;
  readonly checksum: string;
  readonly interrupted: Interrupted | null;
};

export type MigrationJournal = {
  ensureTable(): Promise<void>;
  /** None when there is no journal (yet). */
  entries(transaction?: object): Promise<Map<string, JournalEntry>>;
  /** Puts an entry in the place of the one before. @param transaction what it is part of, if anything */
  write(entry: JournalEntry, transaction?: object): Promise<void>;
  remove(name: string, transaction?: object): Promise<void>;
};

/** The journal of a database. It is no entity: it has to be there before the first migration has run. */
export function migrationJournal(database: Pick<Database, 'orm' | 'engine'>): MigrationJournal {
  const run = (sql: string, values: unknown[] = [], transaction?: object) =>
    runSql(database, sql, values, transaction);

  return {
    async ensureTable() {
      await run(createJournal[database.engine]);
    },

    async entries(transaction) {
      const rows = await run(`select * from ${journalTable}`, [], transaction).catch(noTable);
      return new Map(rows.map((row) => [String(row['name']), entryOf(row)]));
    },

    async write({ name, checksum, interrupted }, transaction) {
      await run(`delete from ${journalTable} where name = ?`, [name], transaction);
      await run(
        `insert into ${journalTable} (name, checksum, direction, done, done_checksum) values (?, ?, ?, ?, ?)`,
        [
          name,
          checksum,
          interrupted?.direction ?? null,
          interrupted?.done ?? 0,
          interrupted?.doneChecksum ?? null,
        ],
        transaction,
      );
    },

    async remove(name, transaction) {
      await run(`delete from ${journalTable} where name = ?`, [name], transaction);
    },
  };
}

const columns = (text: (length: number) => string) =>
  `name ${text(255)} not null primary key, checksum ${text(64)} not null, direction ${text(4)} null, ` +
  `done integer not null, done_checksum ${text(64)} null`;

/** What makes the table where there is none. */
export const createJournal: Record<Engine, string> = {
  sqlite: `create table if not exists ${journalTable} (${columns(() => 'text')})`,
  postgresql: `create table if not exists ${journalTable} (${columns((length) => `varchar(${length})`)})`,
  mysql:
    `create table if not exists ${journalTable} (${columns((length) => `varchar(${length})`)}) ` +
    'default character set utf8mb4 collate utf8mb4_bin engine = InnoDB',
};

function entryOf(row: Row): JournalEntry {
  const direction = row['direction'];
  return {
    name: String(row['name']),
    checksum: String(row['checksum']),
    interrupted:
      direction === 'up' || direction === 'down'
        ? { direction, done: Number(row['done']), doneChecksum: String(row['done_checksum']) }
        : null,
  };
}

/** @throws what is the case otherwise */
function noTable(error: unknown): Row[] {
  if (isMissingTable(error)) return [];
  throw error;
}
