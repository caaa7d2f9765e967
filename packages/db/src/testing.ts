import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A SQLite address in a folder of its own, and the means to take it away again: for tests. */
export async function temporaryDatabase(): Promise<{ url: string; folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  return {
    url: `sqlite:${join(folder, 'app.db')}`,
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
