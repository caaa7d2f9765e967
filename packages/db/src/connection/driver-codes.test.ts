import { describe, expect, test } from 'vitest';
import { explainOpenError, toOutageError } from '../database-error.ts';
import { openDatabase } from './open-database.ts';
import { temporaryDatabase } from '../testing.ts';

test('a disk without room is told as that, by a file that may not grow', async () => {
  const temporary = await temporaryDatabase('sqlite');
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
      message: 'The disk with /srv/app.db is full. Make room there, and run it again.',
    });
  } finally {
    await database.close();
    await temporary.remove();
  }
});

test.each(['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE'])('%s is told of the disk', (code) => {
  const error = Object.assign(new Error('disk I/O error'), { code });
  expect(explainOpenError(error, '/srv/app.db')).toMatchObject({
    message: expect.stringContaining('/srv/app.db cannot be read or written, for its disk fails.'),
  });
});

describe('what a driver says', () => {
  test.each([
    ['in words only', new Error('Connection terminated unexpectedly')],
    ['by a number only', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
    [
      'within what an ORM says',
      new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
    ],
  ])('%s of a lost connection is told in a sentence', (_how, error) => {
    expect(toOutageError(error)).toMatchObject({ reason: 'unreachable' });
  });
});
