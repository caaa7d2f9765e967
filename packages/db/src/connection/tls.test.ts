import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabaseError } from '../database-error.ts';
import { openDatabase } from './open-database.ts';
import { engineUnderTest, createTemporaryDatabase, type TemporaryDatabase } from '../testing.ts';
import { startTlsProxy } from './proxy.fixture.ts';
import { testTls } from './tls.fixture.ts';

// The test servers may lack TLS, so a proxy in front of PostgreSQL terminates it.

if (engineUnderTest() === 'postgresql') {
  let temporary: TemporaryDatabase;
  let proxy: Awaited<ReturnType<typeof startTlsProxy>>;
  let ca: string;

  beforeAll(async () => {
    temporary = await createTemporaryDatabase();
    proxy = await startTlsProxy(temporary.url, testTls);
    ca = join(temporary.folder, 'ca.pem');
    await writeFile(ca, testTls.ca);
  });

  afterAll(async () => {
    await proxy.stop();
    await temporary.remove();
  });

  const outcome = async (host: string, options: string): Promise<string> => {
    const url = new URL(`${temporary.url}?${options}`);
    url.host = `${host}:${proxy.port}`;
    try {
      await (await openDatabase(url.href)).close();
      return 'opened';
    } catch (error) {
      return error instanceof DatabaseError ? error.reason : String(error);
    }
  };

  test('sslmode=require accepts any certificate', async () => {
    expect(await outcome('localhost', 'sslmode=require')).toBe('opened');
  });

  test('sslmode=verify-ca accepts only certificates of a trusted CA', async () => {
    expect(await outcome('localhost', 'sslmode=verify-ca')).toBe('bad_certificate');
    expect(await outcome('localhost', `sslmode=verify-ca&sslrootcert=${ca}`)).toBe('opened');
  });

  test('sslmode=verify-full also compares the host name', async () => {
    expect(await outcome('localhost', `sslmode=verify-full&sslrootcert=${ca}`)).toBe('opened');
    expect(await outcome('127.0.0.1', `sslmode=verify-full&sslrootcert=${ca}`)).toBe('bad_certificate');
    expect(await outcome('127.0.0.1', `sslmode=verify-ca&sslrootcert=${ca}`)).toBe('opened');
  });

  test('a server without TLS is rejected when TLS is required', async () => {
    await expect(openDatabase(`${temporary.url}?sslmode=require`)).rejects.toMatchObject({
      reason: 'no_tls',
    });
  });
} else {
  test('TLS is off by default', async () => {
    const temporary = await createTemporaryDatabase();
    const database = await openDatabase(temporary.url);
    await database.close();
    await temporary.remove();
  });
}
