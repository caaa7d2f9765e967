import { randomBytes } from 'node:crypto';
import { openDatabase } from '@latchkey/db';
import { enginesUnderTest, createTemporaryDatabase } from '@latchkey/db/testing';
import { describe, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

const db = (words: string[], url: string) => runCommand('db', words, { env: { DATABASE_URL: url } });

const password = 'not a secret';
const makeUser = {
  sqlite: () => [],
  postgresql: (name: string) => [`create role ${name} login password '${password}'`],
  mysql: (name: string) => [`create user ${name}@'%' identified by '${password}'`],
};
const dropUser = {
  sqlite: () => [],
  postgresql: (name: string) => [`drop role ${name}`],
  mysql: (name: string) => [`drop user ${name}@'%'`],
};

const servers = (await enginesUnderTest()).filter(({ serverUrl }) => serverUrl !== null);

describe.each(servers)('a database user without rights on $engine', ({ engine, problem }) => {
  test.skipIf(problem)(`gets one line and exit code 1${problem ? ` (${problem})` : ''}`, async () => {
    const temporary = await createTemporaryDatabase(engine);
    const name = `latchkey_${randomBytes(6).toString('hex')}`;
    const owner = await openDatabase(temporary.url);
    try {
      for (const sql of makeUser[engine](name)) await owner.orm.em.getConnection().execute(sql);
      await db(['upgrade'], temporary.url);
      const url = Object.assign(new URL(temporary.url), { username: name, password }).href;
      for (const words of [['current'], ['upgrade'], ['history']]) {
        const refused = await db(words, url);
        expect(refused).toMatchObject({ code: 1, out: '' });
        expect(refused.err).toMatch(/^The user in DATABASE_URL lacks a privilege in /);
        expect(refused.err.trim().split('\n')).toHaveLength(1);
        expect(refused.err).not.toContain(password);
      }
    } finally {
      for (const sql of dropUser[engine](name)) await owner.orm.em.getConnection().execute(sql);
      await owner.close();
      await temporary.remove();
    }
  });
});
