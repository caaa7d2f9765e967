import type { Migration } from '@mikro-orm/migrations';
import type { Engine } from '@latchkey/db';
import type { Row } from '@latchkey/db/sql';
import type { Direction, JournalEntry, MigrationJournal } from './migration-journal.ts';

/** Whether a run continues an interrupted migration, or reverts it. */
export type Resuming = 'continue' | 'revert';

/** The data that all migrations of a run share. */
export type MigrationRun = {
  engine: Engine;
  journal: MigrationJournal;
  /** The current checksum of each migration's file. */
  checksums: ReadonlyMap<string, string>;
  interrupted: JournalEntry | null;
  /** Null unless the run resumes an interrupted migration. */
  resuming: Resuming | null;
};

/** One migration, in one direction. */
export type Step = { migration: Migration; direction: Direction; transaction: object | undefined };

export type StepTools = MigrationRun & { execute: (sql: string) => Promise<Row[]> };
