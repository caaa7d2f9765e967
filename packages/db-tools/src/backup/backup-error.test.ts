import { openDatabase } from '@latchkey/db';
import { createTemporaryDatabase } from '@latchkey/db/testing';
import { expect, test } from 'vitest';
import { toBackupError } from './backup-error.ts';

test('a SQLite file that cannot grow is reported as a full disk', async () => {
  const testDatabase = await createTemporaryDatabase('sqlite');
  const database = await openDatabase(testDatabase.url);
  const run = (sql: string) => database.orm.em.getConnection().execute(sql);
  try {
    await run('create table notes (body blob)');
    await run('pragma max_page_count = 10');
    const error = await run('insert into notes values (zeroblob(1000000))').catch(
      (reason: unknown) => reason,
    );
    expect(toBackupError(error, '/srv/app.db')).toMatchObject({ reason: 'disk_full' });
  } finally {
    await database.close();
    await testDatabase.remove();
  }
});

test.each(['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE'])(
  '%s is reported as a problem of the disk',
  (code) => {
    const error = Object.assign(new Error('disk I/O error'), { code });
    expect(toBackupError(error, '/srv/app.db')).toMatchObject({
      message: expect.stringContaining('/srv/app.db cannot be read or written (disk I/O error).'),
    });
  },
);

const lostConnections: [string, Error][] = [
  ['its message', new Error('Connection terminated unexpectedly')],
  ['its error number', Object.assign(new Error('Connection was killed'), { errno: 1927 })],
  [
    'the cause of an ORM error',
    new Error('insert into users', { cause: new Error('Connection terminated unexpectedly') }),
  ],
];

test.each(lostConnections)('a lost connection is detected by %s', (_, error) => {
  expect(toBackupError(error, 'HERE')).toMatchObject({
    reason: 'connection_lost',
    message: expect.stringContaining('The server at HERE does not answer.'),
  });
});
