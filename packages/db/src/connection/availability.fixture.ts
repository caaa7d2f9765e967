import type { Database } from '../database.ts';
import { journalTable } from './orm-options.ts';

/** Creates the table of the migrator, which this package cannot import. */
export async function createJournalTable(database: Pick<Database, 'execute'>): Promise<void> {
  await database.execute(
    `create table if not exists ${journalTable} (name varchar(255) not null primary key, checksum varchar(64) not null, ` +
      'direction varchar(4) null, done integer not null, done_checksum varchar(64) null)',
    [],
  );
}
