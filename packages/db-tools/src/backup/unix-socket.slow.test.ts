import { startSocketProxy } from '@latchkey/db/testing';
import { expect, onTestFinished, test } from 'vitest';
import { availableEngines } from '../test-databases.fixture.ts';
import { backupDatabase } from './backup.ts';
import { checksums, eachTestHasAFolder, execute, file, filled, folder, onServers } from './backup.fixture.ts';
import { restoreDatabase } from './restore.ts';

eachTestHasAFolder();

test.for(onServers)(
  'a backup over a Unix socket of $engine can be restored over it$skipNote',
  async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const testDatabase = await filled(engine, 20);
    const before = await checksums(testDatabase);
    const proxy = await startSocketProxy(testDatabase.url, folder);
    onTestFinished(() => proxy.stop());
    const overSocket = { ...testDatabase, url: proxy.url };

    expect(await checksums(overSocket)).toEqual(before);
    expect(await backupDatabase(proxy.url, file)).toMatchObject({ format: engine });
    await execute(overSocket, 'delete from users');
    expect(await restoreDatabase(proxy.url, file)).toMatchObject({ format: engine, isCurrent: true });
    expect(await checksums(overSocket)).toEqual(before);
  },
);
