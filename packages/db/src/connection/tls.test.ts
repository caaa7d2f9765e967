import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabaseError } from '../database-error.ts';
import { openDatabase } from './open-database.ts';
import { engineUnderTest, temporaryDatabase, type TemporaryDatabase } from '../testing.ts';
import { startTlsProxy } from './proxy.fixture.ts';
import { testTls } from './tls.fixture.ts';

// The servers that tests run on need not speak TLS: something in front of PostgreSQL does.

if (engineUnderTest() === 'postgresql') {
  let temporary: TemporaryDatabase;
  let front: Awaited<ReturnType<typeof startTlsProxy>>;
  let ca: string;

  beforeAll(async () => {
    temporary = await temporaryDatabase();
    front = await startTlsProxy(temporary.url, testTls);
    ca = join(temporary.folder, 'ca.pem');
    await writeFile(ca, testTls.ca);
  });

  afterAll(async () => {
    await front.stop();
    await temporary.remove();
  });

  const outcome = async (host: string, options: string): Promise<string> => {
    const url = new URL(`${temporary.url}?${options}`);
    url.host = `${host}:${front.port}`;
    try {
      await (await openDatabase(url.href)).close();
      return 'opened';
    } catch (error) {
      return error instanceof DatabaseError ? error.reason : String(error);
    }
  };

  test('with sslmode=require, whoever it is counts', async () => {
    expect(await outcome('localhost', 'sslmode=require')).toBe('opened');
  });

  test('with sslmode=verify-ca, only who was signed by somebody known counts', async () => {
    expect(await outcome('localhost', 'sslmode=verify-ca')).toBe('bad_certificate');
    expect(await outcome('localhost', `sslmode=verify-ca&sslrootcert=${ca}`)).toBe('opened');
  });

  test('with sslmode=verify-full, the name has to be right as well', async () => {
    expect(await outcome('localhost', `sslmode=verify-full&sslrootcert=${ca}`)).toBe('opened');
    expect(await outcome('127.0.0.1', `sslmode=verify-full&sslrootcert=${ca}`)).toBe('bad_certificate');
    expect(await outcome('127.0.0.1', `sslmode=verify-ca&sslrootcert=${ca}`)).toBe('opened');
  });

  test('a server without TLS is not spoken to when TLS is asked for', async () => {
    await expect(openDatabase(`${temporary.url}?sslmode=require`)).rejects.toMatchObject({
      reason: 'no_tls',
    });
  });
} else {
  test('without a word about it, no TLS is asked for', async () => {
    const temporary = await temporaryDatabase();
    const database = await openDatabase(temporary.url);
    await database.close();
    await temporary.remove();
  });
}
