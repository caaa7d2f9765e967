import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainOpenError, toOutageError } from '../database-error.ts';
import { classOfCode, type ErrorClass } from './driver-codes.ts';
import { openDatabase } from './open-database.ts';
import { createTemporaryDatabase } from '../testing.ts';

test('a full disk has its own message', async () => {
  const temporary = await createTemporaryDatabase('sqlite');
  const database = await openDatabase(temporary.url);
  const run = (sql: string) => database.orm.em.getConnection().execute(sql);
  try {
    await run('create table notes (body blob)');
    await run('pragma max_page_count = 10');
    const error = await run('insert into notes values (zeroblob(1000000))').catch(
      (reason: unknown) => reason,
    );
    expect(explainOpenError(error, '/srv/app.db')).toMatchObject({
      reason: 'no_access',
      message: 'The disk of /srv/app.db is full. Free some space and try again.',
    });
  } finally {
    await database.close();
    await temporary.remove();
  }
});

test.each(['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE'])('%s is explained as a disk error', (code) => {
  const error = Object.assign(new Error('disk I/O error'), { code });
  expect(explainOpenError(error, '/srv/app.db')).toMatchObject({
    message: expect.stringContaining('The disk of /srv/app.db reported an error.'),
  });
});

describe('a lost connection', () => {
  test.each([
    ['by a message', new Error('Connection terminated unexpectedly')],
    ['by a number', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
    [
      'as the cause of an error of the ORM',
      new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
    ],
  ])('is recognized %s', (_how, error) => {
    expect(toOutageError(error)).toMatchObject({ reason: 'unreachable' });
  });
});

describe('every code that a driver knows', () => {
  test.each(['sqlite', 'postgresql', 'mysql'] as const)('has a reviewed class (%s)', async (engine) => {
    const reviewed = await reviewedClasses(engine);
    // A new version of a driver has new codes: decide what each means, and add it to the file.
    expect((await codesOfDriver[engine]()).filter((code) => !reviewed.has(code))).toEqual([]);
  });

  test.each(['sqlite', 'postgresql', 'mysql'] as const)(
    'means what was decided for it (%s)',
    async (engine) => {
      const reviewed = [...(await reviewedClasses(engine))];
      // A code without a problem is a defect, like that of a statement with a typing error.
      const found = reviewed.map(([code]): [string, ErrorClass] => [code, classOfCode(code) ?? 'defect']);
      expect(found.length).toBeGreaterThan(100);
      expect(found).toEqual(reviewed);
    },
  );
});

type Engine = 'sqlite' | 'postgresql' | 'mysql';

/** The lists `outage:`, `conflict:` and `defect:` of a file. */
async function reviewedClasses(engine: Engine): Promise<Map<string, ErrorClass>> {
  const text = await readFile(join(import.meta.dirname, `reviewed-codes/${engine}.txt`), 'utf8');
  const classes = new Map<string, ErrorClass>();
  for (const [, name, codes = ''] of text.matchAll(/^(\w+):$([^:]*)(?=^\w+:$|$(?![\s\S]))/gm)) {
    // The cast: the names in the files are these.
    for (const code of codes.split(/\s+/).filter(Boolean)) classes.set(code, name as ErrorClass);
  }
  return classes;
}

const require = createRequire(import.meta.url);

const codesOfDriver: Record<Engine, () => Promise<string[]>> = {
  async sqlite() {
    const folder = dirname(require.resolve('better-sqlite3/package.json'));
    const source = await readFile(join(folder, 'src/util/constants.cpp'), 'utf8');
    return [...source.matchAll(/SetCode\(env, (SQLITE_\w+)/g)].map(([, code = '']) => code);
  },

  // pg has no list of them: the file has those of the manual (PostgreSQL 18, appendix A).
  postgresql: async () => [...(await reviewedClasses('postgresql')).keys()],

  mysql() {
    const path = join(dirname(require.resolve('mysql2')), 'lib/constants/errors.js');
    // The cast: the module maps numbers to codes, and codes to numbers.
    const codes = require(path) as Record<string, string | number>;
    return Promise.resolve(Object.values(codes).filter((code) => typeof code === 'string'));
  },
};
