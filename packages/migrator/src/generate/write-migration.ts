import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseError } from '@latchkey/db';

/** Writes all of a planned migration's files: each is whole before the first one gets its name. @throws DatabaseError `no_access` */
export async function writeMigration({
  files,
}: {
  files: readonly { path: string; text: string }[];
}): Promise<void> {
  const waiting = files.map(({ path, text }) => ({ path, text, temporary: `${path}.new` }));
  try {
    for (const { path, text, temporary } of waiting) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, text);
    }
    for (const { path, temporary } of waiting) await rename(temporary, path);
  } catch (error) {
    // Why it could not be written is what counts.
    await Promise.allSettled(waiting.map(({ temporary }) => rm(temporary, { force: true })));
    const [{ path } = { path: '' }] = files;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError('no_access', `The migration cannot be written to ${dirname(path)}: ${reason}`, {
      cause: error,
    });
  }
}
