import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProcess } from './process.fixture.ts';

test.each([
  ['development', {}],
  [
    'production',
    { NODE_ENV: 'production', ORIGIN: 'http://127.0.0.1:4000', LOG_LEVEL: 'error', PASSWORD_HASHING: '' },
  ],
])('a forgotten migration is named at start, and /readyz answers 503 (%s)', async (_, env) => {
  const database = await createMigratedDatabase();
  onTestFinished(() => database.remove());
  const settings = { DATABASE_URL: database.url, SECRET_KEY: 'x'.repeat(64), ...env };
  const api = await startProcess(settings, import.meta.resolve('@latchkey/db/added-property'));
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  await vi.waitUntil(() => api.errors() !== '');
  expect(api.errors()).toMatch(/An entity was changed without a migration \(added column users\.nickname\)/);
  expect(api.errors()).toMatch(/Run: pnpm db migrate -m/);
});

test('a start that fails for a forgotten migration names it', async () => {
  const database = await createMigratedDatabase();
  onTestFinished(() => database.remove());
  const settings = { DATABASE_URL: database.url, SEED_DEMO: 'on' };
  await expect(startProcess(settings, import.meta.resolve('@latchkey/db/added-property'))).rejects.toThrow(
    /An entity was changed without a migration \(added column users\.nickname\)/,
  );
});
