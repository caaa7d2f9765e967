import { expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';

test.each([
  ['postgres://localhost/app?host=/nonexistent', '/nonexistent (app)'],
  ['mysql://localhost/app?socket=/nonexistent/mysqld.sock', '/nonexistent/mysqld.sock (app)'],
])('a missing socket is an unreachable server: %s', async (url, location) => {
  await expect(openDatabase(url)).rejects.toMatchObject({
    reason: 'unreachable',
    message: expect.stringContaining(`No database server answers at ${location}.`),
  });
});
