import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createUserStore, demoUsers, openDatabase } from '@latchkey/db';
import { createTemporaryDatabase } from '@latchkey/db/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isUpToDate } from './index.ts';

describe('migrations', () => {
  test('run once, and add the demo users once, in several processes', async () => {
    const temporary = await createTemporaryDatabase();
    onTestFinished(() => temporary.remove());
    const answers = await Promise.all([1, 2, 3, 4].map(() => inAnotherProcess(temporary.url)));
    expect(answers.filter(({ migrations }) => migrations > 0)).toHaveLength(1);
    expect(answers.map(({ users }) => users).toSorted()).toEqual([0, 0, 0, demoUsers.length]);

    const database = await openDatabase(temporary.url);
    onTestFinished(() => database.close());
    expect(await isUpToDate(database)).toBe(true);
    expect(await createUserStore(database).list()).toHaveLength(demoUsers.length);
  });
});

/** Upgrades and seeds a database like a starting server. Returns the number of migrations and users that it added. */
async function inAnotherProcess(url: string): Promise<{ migrations: number; users: number }> {
  const script = `
    import { openDatabase, seedDemoUsers } from ${JSON.stringify(import.meta.resolve('@latchkey/db'))};
    import { upgrade } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    const database = await openDatabase(${JSON.stringify(url)});
    const migrations = (await upgrade(database)).length;
    const users = await seedDemoUsers(database, async (password) => 'hash of ' + password);
    await database.close();
    console.log(JSON.stringify({ migrations, users }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout) as { migrations: number; users: number };
}
