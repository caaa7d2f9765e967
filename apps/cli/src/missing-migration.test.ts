import { openDatabase } from '@latchkey/db';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runCommand } from './testing.ts';

// Commands after an entity was changed, and no migration was generated.

let migrated: TemporaryDatabase;
beforeAll(async () => {
  migrated = await createMigratedDatabase();
  // The files of this package have modules of their own, so no other test sees this.
  await import('@latchkey/db/added-property');
});
afterAll(() => migrated.remove());

const sentence =
  'An entity was changed without a migration (added column users.nickname). ' +
  'Run: pnpm db migrate -m "…", then pnpm db upgrade, and start again.\n';

test.each([
  ['db', ['seed', '--count', '2']],
  ['users', ['create', 'marigold', '--password-stdin']],
] as const)('pnpm %s %j names the missing migration', async (program, words) => {
  const input = 'velvet otter juggles lemons';
  const ended = await runCommand(program, words, { env: { DATABASE_URL: migrated.url }, input });
  expect(ended).toEqual({ code: 1, out: '', err: sentence });
});

test('pnpm db seed names the missing migration for an empty database', async () => {
  const temporary = await createTemporaryDatabase();
  onTestFinished(() => temporary.remove());
  // Creates the file.
  await (await openDatabase(temporary.url)).close();
  const ended = await runCommand('db', ['seed'], { env: { DATABASE_URL: temporary.url } });
  expect(ended).toEqual({ code: 1, out: '', err: sentence });
});
