import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The cost of a page of the built site, in statements: these counts are the same on every machine.

type Counts = {
  pages: Record<string, { status: number; statements: number; sessionReads: number }>;
  readsOfEnvironment: number;
};

const expected: [path: string, statements: number][] = [
  ['/', 1],
  ['/account', 1],
  ['/account/sessions', 3],
  ['/account/activity', 2],
  ['/account/password', 1],
];

let folder: string;
let counts: Counts;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const script = join(import.meta.dirname, 'count-statements.fixture.ts');
  const env = {
    ...process.env,
    DATABASE_URL: `sqlite:${join(folder, 'app.db')}`,
    LOG_LEVEL: 'error',
    PASSWORD_HASHING: 'fast',
    API_URL: '',
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, ...expected.map(([path]) => path)],
    {
      env,
    },
  );
  counts = JSON.parse(stdout) as Counts;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(expected)('%s runs %d statements and reads the session once', (path, statements) => {
  expect(counts.pages[path]).toEqual({ status: 200, statements, sessionReads: 1 });
});

test('requests do not read the environment', () => {
  expect(counts.readsOfEnvironment).toBe(0);
});
