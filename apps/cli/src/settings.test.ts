import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand, spawnCommand } from './testing.ts';

let folder: string;
let temporary: TemporaryDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'));
  temporary = await createTemporaryDatabase();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await temporary.remove();
});

test('a command reads DATABASE_URL from a file, and names unknown variables', async () => {
  const file = join(folder, 'database-url');
  writeFileSync(file, `${temporary.url}\n`);
  const env = { DATABASE_URL: '', DATABASE_URL_FILE: file, SESSION_TIMEOUT: '1h' };
  // In a process of its own, because a process names them once.
  expect(await spawnCommand('db', ['upgrade'], { env })).toMatchObject({
    code: 0,
    err: expect.stringContaining('SESSION_TIMEOUT is not a known variable and is ignored.'),
  });
  expect((await runCommand('users', ['list', '--json'], { env })).out).toBe('[]\n');
});

test('--database-url replaces the file of DATABASE_URL', async () => {
  const env = { DATABASE_URL: '', DATABASE_URL_FILE: '/nonexistent/database-url' };
  const ended = await runCommand('db', ['current', '--database-url', temporary.url], { env });
  expect(ended).toMatchObject({ code: 0, err: '' });
});

test('a file that cannot be read ends a command with its reason', async () => {
  const env = { DATABASE_URL: '', DATABASE_URL_FILE: '/nonexistent/database-url' };
  expect(await runCommand('db', ['current'], { env })).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'DATABASE_URL_FILE: found "/nonexistent/database-url", which does not exist;',
    ),
  });
});
