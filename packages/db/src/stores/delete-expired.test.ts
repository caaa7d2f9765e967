import type { EntityManager } from '@mikro-orm/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DevelopmentMail, OutgoingMail, User } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { insertRowInEveryTable } from '../rows.fixture.ts';
import { deleteExpired } from './delete-expired.ts';
import { createTables, engineUnderTest, temporaryDatabase, type TemporaryDatabase } from '../testing.ts';

const dayMs = 86_400_000;
const now = new Date('2026-11-23T12:00:00.123Z');
const yesterday = new Date(now.getTime() - dayMs);
const never = 1000 * 365 * dayMs;
const options = { now, sessionIdleMs: dayMs, rememberIdleMs: dayMs };

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await temporaryDatabase();
  database = await openDatabase(temporary.url);
  await createTables(database);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

describe('an account whose time of grace has passed', () => {
  const email = 'susan@example.com';

  /** Susan, who is due, with a mail that went to her address and a wish for a new password: both name her address only. */
  async function susanIsDue(): Promise<string> {
    const em = database.em();
    const susan = em.create(User, { username: 'susan', email, passwordHash: 'hash', deleteAfter: yesterday });
    addMailTo(em, email);
    em.create(OutgoingMail, {
      kind: 'reset_password',
      data: JSON.stringify({ email }),
      createdAt: now,
      attempts: 0,
      nextAttemptAt: now,
    });
    await em.flush();
    return susan.id;
  }

  function addMailTo(em: EntityManager, recipient: string): void {
    em.create(DevelopmentMail, { recipient, sender: '', subject: '', text: '', html: '', sentAt: now });
  }

  const left = async () => {
    const em = database.em();
    return [await em.count(User), await em.count(DevelopmentMail), await em.count(OutgoingMail)];
  };

  test('goes with the mails that name its address, and nobody else’s do', async () => {
    await susanIsDue();
    const em = database.em();
    em.create(User, { username: 'sam', passwordHash: 'hash' });
    addMailTo(em, 'sam@example.com');
    await em.flush();
    const { users } = await deleteExpired(database, options);
    expect(users).toMatchObject([{ email }]);
    expect(await left()).toEqual([1, 1, 0]);
  });

  test('keeps everything when its owner takes the deletion back at the last moment', async () => {
    const id = await susanIsDue();
    const takenBack: Database = {
      ...database,
      // Between the question who is due, and the deletion.
      async transactional(work) {
        await database.em().nativeUpdate(User, { id }, { deleteAfter: null });
        return database.transactional(work);
      },
    };
    expect((await deleteExpired(takenBack, options)).users).toEqual([]);
    expect(await left()).toEqual([1, 1, 1]);
  });
});

if (engineUnderTest() === 'sqlite') {
  test.each([
    ['expired', { now: new Date('2027-11-23'), sessionIdleMs: never, rememberIdleMs: never }],
    ['idle', { now: new Date('2026-01-31T12:30:00Z'), sessionIdleMs: -never, rememberIdleMs: -never }],
  ])('what is %s is found and deleted by an index, and nothing reads a whole table', async (_how, when) => {
    await insertRowInEveryTable(database);
    // Whoever goes takes the mails that name their address along: those are looked for among all mails.
    await database.em().nativeUpdate(User, {}, { deleteAfter: null });
    const asked = await statementsDuring(() => deleteExpired(database, when));
    const tables = ['sessions', 'remembered_browsers', 'mailed_links', 'outgoing_mails', 'development_mails'];
    for (const table of [...tables, 'users']) {
      const question = expect.stringMatching(new RegExp(`^select .* from .${table}.`));
      expect(asked.map(({ sql }) => sql)).toContainEqual(question);
    }
    for (const statement of asked) expect(await planOf(statement), statement.sql).not.toMatch(/\bSCAN\b/);
  });
}

type Statement = { sql: string; values: unknown[] };

/** What the database is asked meanwhile. */
async function statementsDuring(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const connection = database.orm.em.getConnection();
  // The casts: what it is given is passed on as it is.
  const execute = connection.execute.bind(connection) as (...given: unknown[]) => Promise<unknown>;
  connection.execute = ((...given: unknown[]) => {
    const [sql, values] = given as [string, unknown[]];
    statements.push({ sql, values });
    return execute(...given);
  }) as typeof connection.execute;
  await work();
  connection.execute = execute as typeof connection.execute;
  return statements;
}

/** How SQLite goes about a statement. */
async function planOf({ sql, values }: Statement): Promise<string> {
  const connection = database.em().getConnection();
  const plan: { detail: string }[] = await connection.execute(`explain query plan ${sql}`, values);
  return plan.map(({ detail }) => detail).join('\n');
}
