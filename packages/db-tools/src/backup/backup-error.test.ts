import { openDatabase } from '@latchkey/db';
import { temporaryDatabase } from '@latchkey/db/testing';
import { expect, test } from 'vitest';
import { backupError } from './backup-error.ts';

test('a disk without room is told as that, by a file that may not grow', async () => {
  const testDatabase = await temporaryDatabase('sqlite');
  const database = await openDatabase(testDatabase.url);
  const run = (sql: string) => database.orm.em.getConnection().execute(sql);
  try {
    await run('create table notes (body blob)');
    await run('pragma max_page_count = 10');
    const error = await run('insert into notes values (zeroblob(1000000))').catch(
      (reason: unknown) => reason,
    );
    expect(backupError(error, '/srv/app.db')).toMatchObject({ reason: 'disk_full' });
  } finally {
    await database.close();
    await testDatabase.remove();
  }
});

test.each(['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE'])('%s is told of the disk', (code) => {
  const error = Object.assign(new Error('disk I/O error'), { code });
  expect(backupError(error, '/srv/app.db')).toMatchObject({
    message: expect.stringContaining('/srv/app.db cannot be read or written (disk I/O error).'),
  });
});

const lostConnections: [string, Error][] = [
  ['in words only', new Error('Connection terminated unexpectedly')],
  ['by a number only', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
  [
    'within what an ORM says',
    new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
  ],
];

test.each(lostConnections)('a lost connection that a driver tells %s has a sentence', (_how, error) => {
  expect(backupError(error, 'HERE')).toMatchObject({
    reason: 'connection_lost',
    message: expect.stringContaining('The server at HERE does not answer any more.'),
  });
});
