import { describe, expect, test } from 'vitest';
import { openingError, outageOf } from './database-error.ts';
import { keepingError } from './keeping/keeping-error.ts';
import { foreignError } from './moving/foreign-database-error.ts';
import { openDatabase } from './open-database.ts';
import { temporaryDatabase } from './testing.ts';

test('a disk without room is told as that, by a file that may not grow', async () => {
  const place = await temporaryDatabase('sqlite');
  const database = await openDatabase(place.url);
  const run = (sql: string) => database.orm.em.getConnection().execute(sql);
  try {
    await run('create table notes (body blob)');
    await run('pragma max_page_count = 10');
    const error = await run('insert into notes values (zeroblob(1000000))').catch(
      (reason: unknown) => reason,
    );
    expect(openingError(error, '/srv/app.db')).toMatchObject({
      reason: 'no_access',
      message: 'The disk with /srv/app.db is full. Make room there, and run it again.',
    });
    expect(keepingError(error, '/srv/app.db')).toMatchObject({ reason: 'disk_full' });
  } finally {
    await database.close();
    await place.remove();
  }
});

test.each(['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE'])('%s is told of the disk', (code) => {
  const error = Object.assign(new Error('disk I/O error'), { code });
  expect(openingError(error, '/srv/app.db')).toMatchObject({
    message: expect.stringContaining('/srv/app.db cannot be read or written, for its disk fails.'),
  });
  expect(keepingError(error, '/srv/app.db')).toMatchObject({
    message: expect.stringContaining('/srv/app.db cannot be read or written (disk I/O error).'),
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
  ])('%s of a lost connection is told in a sentence, whoever asks', (_how, error) => {
    expect(outageOf(error)).toMatchObject({ reason: 'unreachable' });
    expect(foreignError(error, 'HERE')).toMatchObject({ reason: 'foreign_database' });
    expect(keepingError(error, 'HERE')).toMatchObject({
      reason: 'connection_lost',
      message: expect.stringContaining('The server at HERE does not answer any more.'),
    });
  });
});
