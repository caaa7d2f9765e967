import { open } from 'node:fs/promises';
import type { Engine } from '@latchkey/db';
import { explained, BackupError } from './backup-error.ts';

/** What a backup is: made by an engine's own means, or of a form that each engine can be filled from. */
export type BackupFormat = Engine | 'portable';

/**
 * What a file is, by how it begins: its name tells nothing.
 * @throws BackupError `not_a_backup`, `no_file`, `no_access`
 */
export async function backupFormat(path: string): Promise<BackupFormat> {
  const beginning = await explained(path, () => firstBytes(path));
  const [format] = formats.find(([, isSo]) => isSo(beginning)) ?? [];
  if (format) return format;
  throw new BackupError(
    'not_a_backup',
    `${path} is no backup that is known here: neither a SQLite database, nor made by pg_dump (custom format), ` +
      'mariadb-dump, mysqldump or pnpm db backup. Nothing was changed.',
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

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
