import { z } from 'zod';
import { kinds } from '../copy/row-values.ts';
import { BackupError } from './backup-error.ts';

// A dump that every engine can write and load: JSON lines, compressed with gzip. The first line is the header. The rows of
// each table follow as arrays of values, with a line of their number and checksum. The last line marks the end.

export const dumpFormat = 'latchkey-dump';
export const dumpVersion = 1;
export const lastLine = '{"complete":true}';

const dumpedTable = z.object({
  name: z.string(),
  rows: z.number(),
  key: z.array(z.string()),
  columns: z.array(z.object({ name: z.string(), kind: z.enum(kinds) })),
});

export const dumpHeader = z.object({
  format: z.literal(dumpFormat),
  version: z.literal(dumpVersion),
  /** The engine of the source. */
  engine: z.string(),
  createdAt: z.string(),
  /** The applied migrations, in their order. */
  revisions: z.array(z.string()),
  tables: z.array(dumpedTable),
});

/** The line after the rows of a table. */
export const tableEnd = z.object({ end: z.string(), rows: z.number(), checksum: z.string() });

export type DumpedTable = z.infer<typeof dumpedTable>;
export type DumpHeader = z.infer<typeof dumpHeader>;
export type TableEnd = z.infer<typeof tableEnd>;

export const damagedDump = (path: string, what: string): BackupError =>
  new BackupError(
    'damaged',
    `${path} is not a complete backup: ${what}. Nothing was changed. Use another backup.`,
  );
