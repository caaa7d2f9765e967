import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

/** The paths of all pages, from the folders of routes. */
async function findPages(): Promise<string[]> {
  const files = await readdir(join(import.meta.dirname, '../routes'), { recursive: true });
  return files
    .filter((file) => file.endsWith('+page.svelte'))
    .map((file) =>
      `/${dirname(file)}`
        .replace('/(open)', '')
        .replace(/\[\w+\]/g, 'x')
        .replace(/^\/\.$/, '/'),
    );
}

test('long texts cost little on each page [T20]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const pages = await findPages();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'long-input.fixture.ts'), ...pages],
    {
      env: {
        ...process.env,
        DATABASE_URL: `sqlite:${join(folder, 'app.db')}`,
        LOG_LEVEL: 'error',
        PASSWORD_HASHING: 'fast',
        API_URL: '',
      },
    },
  );
  const { count, tooExpensive } = JSON.parse(stdout) as { count: number; tooExpensive: string[] };
  expect(tooExpensive).toEqual([]);
  expect(count).toBeGreaterThan(pages.length * 50);
});
