import { open } from 'node:fs/promises';
import type { Engine } from '@latchkey/db';
import { explainErrors, BackupError } from './backup-error.ts';

/** The format of a backup: an engine's own, or the portable one, which every engine can load. */
export type BackupFormat = Engine | 'portable';

/**
 * Detects the format of a backup by its first bytes.
 * @throws BackupError `not_a_backup`, `no_file`, `no_access`
 */
export async function detectBackupFormat(path: string): Promise<BackupFormat> {
  const beginning = await explainErrors(path, () => readFirstBytes(path));
  const [format] = formats.find(([, matches]) => matches(beginning)) ?? [];
  if (format) return format;
  throw new BackupError(
    'not_a_backup',
    `${path} is not a backup: expected a SQLite database, or a file of pg_dump (custom format), mariadb-dump, ` +
      'mysqldump or pnpm db backup. Nothing was changed.',
  );
}

const formats: [BackupFormat, (beginning: Buffer) => boolean][] = [
  ['sqlite', (beginning) => beginning.toString('latin1').startsWith('SQLite format 3\0')],
  ['postgresql', (beginning) => beginning.toString('latin1').startsWith('PGDMP')],
  [
    'mysql',
    (beginning) => /^(\/\*M?!999999[^\n]*\n)?-- (MariaDB|MySQL) dump /.test(beginning.toString('latin1')),
  ],
  ['portable', (beginning) => beginning[0] === 0x1f && beginning[1] === 0x8b],
];

async function readFirstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
