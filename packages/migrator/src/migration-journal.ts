import type { Database, Engine } from '@latchkey/db';
import { runSql, isMissingTable, journalTable, type Row } from '@latchkey/db/sql';

export type Direction = 'up' | 'down';

/** A migration that was started but not completed: its process died, or one of its statements failed. */
export type Interrupted = {
  readonly direction: Direction;
  /** The number of statements that are in effect. The next statement may be in effect too. */
  readonly done: number;
  /** SHA-256 of those statements. */
  readonly doneChecksum: string;
};

/** What the journal adds to MikroORM's row of a migration: the checksum of its file when it ran, and its progress. */
export type JournalEntry = {
  readonly name: string;
  readonly checksum: string;
  readonly interrupted: Interrupted | null;
};

export type MigrationJournal = {
  ensureTable(): Promise<void>;
  /** Empty if the journal does not exist. */
  entries(transaction?: object): Promise<Map<string, JournalEntry>>;
  /** Replaces the entry of the same name. */
  write(entry: JournalEntry, transaction?: object): Promise<void>;
  remove(name: string, transaction?: object): Promise<void>;
};

/** The journal of a database. It is not an entity, because it must exist before the first migration runs. */
export function openMigrationJournal(database: Pick<Database, 'orm' | 'engine'>): MigrationJournal {
  const run = (sql: string, values: unknown[] = [], transaction?: object) =>
    runSql(database, sql, values, transaction);

  return {
    async ensureTable() {
      await run(createJournal[database.engine]);
    },

    async entries(transaction) {
      const rows = await run(`select * from ${journalTable}`, [], transaction).catch(emptyIfMissing);
      return new Map(rows.map((row) => [String(row['name']), parseEntry(row)]));
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

/** Creates the table if it is missing. */
export const createJournal: Record<Engine, string> = {
  sqlite: `create table if not exists ${journalTable} (${columns(() => 'text')})`,
  postgresql: `create table if not exists ${journalTable} (${columns((length) => `varchar(${length})`)})`,
  mysql:
    `create table if not exists ${journalTable} (${columns((length) => `varchar(${length})`)}) ` +
    'default character set utf8mb4 collate utf8mb4_bin engine = InnoDB',
};

function parseEntry(row: Row): JournalEntry {
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

/** No rows if the table is missing. @throws any other error */
function emptyIfMissing(error: unknown): Row[] {
  if (isMissingTable(error)) return [];
  throw error;
}
