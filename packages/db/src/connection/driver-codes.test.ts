import { describe, expect, test } from 'vitest';
import { explainOpenError, toOutageError } from '../database-error.ts';
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
