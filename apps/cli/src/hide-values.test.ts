import { openDatabase } from '@latchkey/db';
import { expect, test } from 'vitest';
import { hideValues, isStatementError } from './hide-values.ts';
import { CommandError } from './command-error.ts';

test('an error of a statement is shown with its type and stack, and without values', async () => {
  const database = await openDatabase('sqlite::memory:');
  const statement: unknown = await database
    .execute("insert into nowhere values ('$argon2id$v=19')", [])
    .catch((error: unknown) => error);
  await database.close();
  expect(isStatementError(statement)).toBe(true);
  const hidden = hideValues(statement, 'A statement');
  expect(hidden).toBeInstanceOf(CommandError);
  expect(String(hidden)).toMatch(/A statement failed: SqliteError.*\n\s+at /);
  expect(String(hidden)).not.toContain('argon2id');
});

test('an expected error is shown unchanged', () => {
  const expected = new CommandError('There is no file users.csv.');
  expect(isStatementError(expected)).toBe(false);
  expect(hideValues(expected, 'A statement')).toBe(expected);
});
