import { readConfig } from '@latchkey/config';
import { openDatabase } from '@latchkey/db';
import { enginesUnderTest } from '@latchkey/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { explainError } from './explain-error.ts';
import { makeReadOnly } from './read-only.ts';
import { createShell } from './shell-scope.ts';
import { show } from './show.ts';
import { lineOf, watchStatements, withWatchedClient, type Statement } from './watch-statements.ts';
import { createTestShell } from './testing.ts';

for (const { engine, problem } of await enginesUnderTest()) {
  describe.skipIf(problem)(problem ? `on ${engine} (${problem})` : `on ${engine}`, () => {
    const ends: (() => Promise<void> | void)[] = [];
    let url: string;
    beforeAll(async () => {
      const shell = await createTestShell(engine);
      ({ url } = shell);
      ends.push(shell.remove);
    });
    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });

    /** The shell in this process. */
    async function openShell({
      readOnly = false,
      onStatement,
    }: {
      readOnly?: boolean;
      onStatement?: (statement: Statement) => void;
    }) {
      const database = await openDatabase(url);
      if (readOnly) await makeReadOnly(database);
      if (onStatement) watchStatements(database, onStatement);
      const config = readConfig({ LOG_LEVEL: 'silent' });
      const watched = onStatement ? withWatchedClient(database, onStatement) : database;
      const shell = await createShell(watched, { config, application: {}, readOnly });
      const evaluator = createEvaluator(shell.scope);
      const end = async () => {
        evaluator.close();
        await shell.end();
        await database.close();
      };
      return { shell, evaluator, end };
    }

    describe('a read-only shell', () => {
      let evaluator: Evaluator;
      let end: () => Promise<void>;
      beforeAll(async () => {
        ({ evaluator, end } = await openShell({ readOnly: true }));
      });
      afterAll(() => end());

      test.each([
        'em.nativeDelete(User, {})',
        'u = await em.findOne(User, { username: "sam" }); u.role = "admin"; await em.flush()',
        'em.transactional((inner) => inner.nativeDelete(User, {}))',
        'em.execute("create table mine (a int)")',
        'Promise.all(Array.from({ length: 8 }, () => em.fork().execute("delete from sessions")))',
        'auth.loginUser(await em.findOne(User, { username: "sam" }), { client: { userAgent: "", address: null } })',
      ])('cannot run %s', async (statements) => {
        const error: unknown = await evaluator.evaluate(statements).catch((thrown: unknown) => thrown);
        expect(explainError(error, { readOnly: true })).toBe(
          'This shell is read-only: nothing was written. Start it without --read-only to write.',
        );
      });

      test('reads the unchanged rows', async () => {
        expect(await evaluator.evaluate('em.fork().count(User, { role: "admin" })')).toBe(1);
        expect(await evaluator.evaluate('em.fork().count(User)')).toBe(6);
      });
    });

    test('rows of plain SQL are printed as a table without hidden values', async () => {
      const { shell, evaluator, end } = await openShell({});
      const sql = "select username, password_hash from users where username = 'sam'";
      const rows = await evaluator.evaluate(`em.execute("${sql}")`);
      await end();
      expect(show(rows, shell, { width: 80, maxRows: 9, colors: false })).toMatch(
        /^username +password_hash\n─+ +─+\nsam +\(hidden\)\n\(1 row\)$/,
      );
    });

    test('every statement is reported with its parameters, without secrets', async () => {
      const lines: string[] = [];
      const { evaluator, end } = await openShell({
        onStatement: (statement) => lines.push(lineOf(statement)),
      });
      await evaluator.evaluate(
        'u = await em.findOne(User, { username: "sam" }); u.passwordHash = await hashPassword("dog"); await em.flush(); await as("sam")',
      );
      await end();
      const text = lines.join('\n');
      expect(text).toMatch(/^select .*\["sam", 1\] {2}\d+ ms$/m);
      expect(text).toMatch(/^update .users. set .password_hash. = .*\[\*\*\*, /m);
      expect(text).toMatch(/^INSERT INTO .sessions. .*\[\*\*\*, /m);
      expect(text).not.toMatch(/argon2|[\da-f]{64}/);
    });
  });
}
