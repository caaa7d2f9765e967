import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseError } from '@latchkey/db';

/** Writes the files of a planned migration: all to temporary names first, then renamed. @throws DatabaseError `no_access` */
export async function writeMigration({
  files,
}: {
  files: readonly { path: string; text: string }[];
}): Promise<void> {
  const pending = files.map(({ path, text }) => ({ path, text, temporary: `${path}.new` }));
  try {
    for (const { path, text, temporary } of pending) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, text);
    }
    for (const { path, temporary } of pending) await rename(temporary, path);
  } catch (error) {
    // An error while cleaning up must not hide the first one.
    await Promise.allSettled(pending.map(({ temporary }) => rm(temporary, { force: true })));
    const [{ path } = { path: '' }] = files;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError('no_access', `The migration cannot be written to ${dirname(path)}: ${reason}`, {
      cause: error,
    });
  }
}
