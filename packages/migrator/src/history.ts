import type { Database } from '@latchkey/db';
import { runSql, isMissingTable } from '@latchkey/db/sql';
import { migrationJournal, type Interrupted } from './migration-journal.ts';
import { headsOf } from './revision-order.ts';
import { readRevisions, type Revision } from './revisions.ts';

/** A migration, and how it is with it in a database. */
export type HistoryEntry = Omit<Revision, 'migration'> & {
  /** When it ran here; null for one that is pending. */
  appliedAt: Date | null;
  /** Its file is another one than when it ran. */
  isEdited: boolean;
  interrupted: Interrupted | null;
};

export type History = {
  /** Those that this version knows, the first one first. */
  revisions: HistoryEntry[];
  /** Ran here, or were begun, and this version does not know them: a newer one has been at work. */
  unknown: { name: string; appliedAt: Date | null }[];
  heads: string[];
};

/** What has run in a database, and what has not. Twin of `flask db history -v -i`. @param transaction what it is asked in */
export async function historyOf(database: Database, transaction?: object): Promise<History> {
  const known = await readRevisions(database.engine, database.migrationsFolder);
  // One after the other: where the first is refused, the second is not under way when the database is closed.
  const applied = await appliedRevisions(database, transaction);
  const journal = await migrationJournal(database).entries(transaction);
  const begun = [...journal.values()]
    .filter(({ name, interrupted }) => interrupted && applied.every((one) => one.name !== name))
    .map(({ name }) => ({ name, appliedAt: null }));
  const appliedAt = new Map(applied.map(({ name, appliedAt: at }) => [name, at]));
  return {
    revisions: known.map(({ migration: _, ...revision }) => {
      const { name, checksum } = revision;
      const entry = journal.get(name);
      return {
        ...revision,
        appliedAt: appliedAt.get(name) ?? null,
        // One that ran before there was a journal has no entry.
        isEdited: appliedAt.has(name) && (entry?.checksum ?? checksum) !== checksum,
        interrupted: entry?.interrupted ?? null,
      };
    }),
    unknown: [...applied, ...begun].filter(({ name }) => known.every((revision) => revision.name !== name)),
    heads: headsOf(known).map(({ name }) => name),
  };
}

/** The newest migration that has run here, or null. Twin of `flask db current`. */
export async function currentRevision(database: Database): Promise<{ name: string; appliedAt: Date } | null> {
  return (await appliedRevisions(database)).at(-1) ?? null;
}

/** Whether the schema is exactly the one this code expects: nothing pending, nothing unknown, nothing half done. */
export async function isUpToDate(database: Database): Promise<boolean> {
  return isCurrent(await historyOf(database));
}

/** The same, of a history that is known. */
export function isCurrent({ revisions, unknown }: History): boolean {
  return unknown.length === 0 && revisions.every(({ appliedAt, interrupted }) => appliedAt && !interrupted);
}

/** Whether a migration was interrupted while it was reverted. */
export const isPartlyReverted = ({ revisions }: History): boolean =>
  revisions.some(({ interrupted }) => interrupted?.direction === 'down');

/** In the order in which they ran; none where nothing was ever migrated. Makes no table. */
export async function appliedRevisions(
  database: Database,
  transaction?: object,
): Promise<{ name: string; appliedAt: Date }[]> {
  const sql = 'select name, executed_at from migrations order by id';
  const rows = await runSql(database, sql, [], transaction).catch((error: unknown) => {
    if (isMissingTable(error)) return [];
    throw error;
  });
  return rows.map((row) => ({ name: String(row['name']), appliedAt: timeOf(row['executed_at']) }));
}

/** SQLite and MySQL give a text in UTC that does not say so; PostgreSQL a time, or a text like `2026-01-31 12:00:00+00`. */
function timeOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  const [, date, time, zone = ''] = /^(\S+)[ T]([\d:.]+)(.*)$/.exec(String(value)) ?? [];
  return new Date(`${date}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone || 'Z'}`);
}
