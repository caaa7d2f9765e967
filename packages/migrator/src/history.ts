import type { Database } from '@latchkey/db';
import { runSql, isMissingTable } from '@latchkey/db/sql';
import { openMigrationJournal, type Interrupted } from './migration-journal.ts';
import { findHeads } from './revision-order.ts';
import { readRevisions, type Revision } from './revisions.ts';

/** A migration, and its state in a database. */
export type HistoryEntry = Omit<Revision, 'migration'> & {
  /** When it was applied; null if it is pending. */
  appliedAt: Date | null;
  /** True if its file was edited after it was applied. */
  isEdited: boolean;
  interrupted: Interrupted | null;
};

export type History = {
  /** The migrations of this version, the oldest first. */
  revisions: HistoryEntry[];
  /** Applied or interrupted migrations that this version does not have: a newer version ran them. */
  unknown: { name: string; appliedAt: Date | null }[];
  heads: string[];
};

/** The applied and pending migrations of a database. Equivalent of `flask db history -v -i`. */
export async function readHistory(database: Database, transaction?: object): Promise<History> {
  const known = await readRevisions(database.engine, database.migrationsFolder);
  // In sequence: if the first query fails, no second one is still running when the database is closed.
  const applied = await readAppliedRevisions(database, transaction);
  const journal = await openMigrationJournal(database).entries(transaction);
  const interruptedOnly = [...journal.values()]
    .filter(({ name, interrupted }) => interrupted && applied.every((other) => other.name !== name))
    .map(({ name }) => ({ name, appliedAt: null }));
  const appliedAt = new Map(applied.map(({ name, appliedAt: at }) => [name, at]));
  return {
    revisions: known.map(({ migration: _, ...revision }) => {
      const { name, checksum } = revision;
      const entry = journal.get(name);
      return {
        ...revision,
        appliedAt: appliedAt.get(name) ?? null,
        // A migration that was applied before the journal existed has no entry.
        isEdited: appliedAt.has(name) && (entry?.checksum ?? checksum) !== checksum,
        interrupted: entry?.interrupted ?? null,
      };
    }),
    unknown: [...applied, ...interruptedOnly].filter(({ name }) =>
      known.every((revision) => revision.name !== name),
    ),
    heads: findHeads(known).map(({ name }) => name),
  };
}

/** The migration that was applied last, or null. Equivalent of `flask db current`. */
export async function readCurrentRevision(
  database: Database,
): Promise<{ name: string; appliedAt: Date } | null> {
  return (await readAppliedRevisions(database)).at(-1) ?? null;
}

/** Whether no migration is pending, unknown or interrupted. */
export async function isUpToDate(database: Database): Promise<boolean> {
  return isCurrent(await readHistory(database));
}

/** `isUpToDate` for a history that is already loaded. */
export function isCurrent({ revisions, unknown }: History): boolean {
  return unknown.length === 0 && revisions.every(({ appliedAt, interrupted }) => appliedAt && !interrupted);
}

/** Whether a migration was interrupted while it was reverted. */
export const isPartlyReverted = ({ revisions }: History): boolean =>
  revisions.some(({ interrupted }) => interrupted?.direction === 'down');

/** In the order in which they were applied; empty if the table of migrations does not exist. */
export async function readAppliedRevisions(
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

/** SQLite and MySQL return a text in UTC without a zone; PostgreSQL a date, or a text like `2026-01-31 12:00:00+00`. */
function timeOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  const [, date, time, zone = ''] = /^(\S+)[ T]([\d:.]+)(.*)$/.exec(String(value)) ?? [];
  return new Date(`${date}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone || 'Z'}`);
}
