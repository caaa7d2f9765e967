import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes all of a planned migration's files: each is whole before the first one gets its name. @throws whatever the file system says */
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
  } finally {
    for (const { temporary } of waiting) await rm(temporary, { force: true });
  }
}
