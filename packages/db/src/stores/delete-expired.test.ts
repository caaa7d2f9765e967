import type { EntityManager } from '@mikro-orm/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DevelopmentMail, OutgoingMail, User } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { insertRowInEveryTable } from '../rows.fixture.ts';
import { deleteExpired } from './delete-expired.ts';
import { createDatabaseWithTables, engineUnderTest, type TemporaryDatabase } from '../testing.ts';

const dayMs = 86_400_000;
const now = new Date('2026-11-23T12:00:00.123Z');
const yesterday = new Date(now.getTime() - dayMs);
const never = 1000 * 365 * dayMs;
const options = { now, sessionIdleMs: dayMs, rememberIdleMs: dayMs };

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await createDatabaseWithTables();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

describe('an account whose grace period has ended', () => {
  const email = 'susan@example.com';

  /** Adds susan, due for deletion, with a mail and a password reset that refer to her address but not to her id. */
  async function addSusan(): Promise<string> {
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

  const countRows = async () => {
    const em = database.em();
    return [await em.count(User), await em.count(DevelopmentMail), await em.count(OutgoingMail)];
  };

  test('is deleted with the mails to its address, and no others', async () => {
    await addSusan();
    const em = database.em();
    em.create(User, { username: 'sam', passwordHash: 'hash' });
    addMailTo(em, 'sam@example.com');
    await em.flush();
    const { users } = await deleteExpired(database, options);
    expect(users).toMatchObject([{ email }]);
    expect(await countRows()).toEqual([1, 1, 0]);
  });

  test('is kept when the deletion is cancelled at the last moment', async () => {
    const id = await addSusan();
    const cancelling: Database = {
      ...database,
      // Between the query for accounts to delete and the deletion.
      async transactional(work) {
        await database.em().nativeUpdate(User, { id }, { deleteAfter: null });
        return database.transactional(work);
      },
    };
    expect((await deleteExpired(cancelling, options)).users).toEqual([]);
    expect(await countRows()).toEqual([1, 1, 1]);
  });
});

if (engineUnderTest() === 'sqlite') {
  test.each([
    ['expired', { now: new Date('2027-11-23'), sessionIdleMs: never, rememberIdleMs: never }],
    ['idle', { now: new Date('2026-01-31T12:30:00Z'), sessionIdleMs: -never, rememberIdleMs: -never }],
  ])('%s rows are found by an index, without a table scan', async (_kind, when) => {
    await insertRowInEveryTable(database);
    // Deleting an account scans the outgoing mails for its address.
    await database.em().nativeUpdate(User, {}, { deleteAfter: null });
    const statements = await statementsDuring(() => deleteExpired(database, when));
    const tables = ['sessions', 'remembered_browsers', 'mailed_links', 'outgoing_mails', 'development_mails'];
    for (const table of [...tables, 'users']) {
      const select = expect.stringMatching(new RegExp(`^select .* from .${table}.`));
      expect(statements.map(({ sql }) => sql)).toContainEqual(select);
    }
    for (const statement of statements)
      expect(await explainPlan(statement), statement.sql).not.toMatch(/\bSCAN\b/);
  });
}

type Statement = { sql: string; values: unknown[] };

/** Records the statements that the database executes during work. */
async function statementsDuring(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const connection = database.orm.em.getConnection();
  // The casts: arguments are passed on unchanged.
  const execute = connection.execute.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  connection.execute = ((...args: unknown[]) => {
    const [sql, values] = args as [string, unknown[]];
    statements.push({ sql, values });
    return execute(...args);
  }) as typeof connection.execute;
  await work();
  connection.execute = execute as typeof connection.execute;
  return statements;
}

/** Returns SQLite's query plan of a statement. */
async function explainPlan({ sql, values }: Statement): Promise<string> {
  const connection = database.em().getConnection();
  const plan: { detail: string }[] = await connection.execute(`explain query plan ${sql}`, values);
  return plan.map(({ detail }) => detail).join('\n');
}
