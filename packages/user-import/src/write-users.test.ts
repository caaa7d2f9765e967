import { expect, test } from 'vitest';
import { readCsv } from './read-csv.ts';
import { validateRows } from './validate-rows.ts';
import { readJsonLines } from './read-json-lines.ts';
import type { UserRecord } from '@latchkey/db';
import { writeUsers } from './write-users.ts';
import { columns, defaultMap, now } from './testing.ts';

/** Columns that are added to users have no value here: `added-columns.test.ts` tests them. */
const susan = {
  id: '0190b51c-33ab-76c8-b9bb-f545d5b2fac1',
  username: 'Susan "Sue", Müller',
  email: 'susan@example.com',
  emailVerifiedAt: new Date('2024-01-03T04:05:06.789Z'),
  pendingEmail: 'sue@example.com',
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  passwordChangedAt: new Date('2024-02-03T04:05:06.789Z'),
  role: 'admin',
  isActive: true,
  createdAt: new Date('2024-01-02T03:04:05.678Z'),
  updatedAt: new Date('2024-03-02T03:04:05.678Z'),
  deleteAfter: new Date('2027-03-02T03:04:05.678Z'),
  tokenTheftDetectedAt: new Date('2024-03-03T03:04:05.678Z'),
  // The cast: see above.
} as UserRecord;
const sam: UserRecord = {
  ...susan,
  id: '0190b51c-33ab-76c8-b9bb-f545d5b2fac2',
  username: '=sam',
  email: null,
  emailVerifiedAt: null,
  pendingEmail: null,
  passwordHash: '!',
  passwordChangedAt: null,
  role: 'user',
  isActive: false,
  deleteAfter: null,
  tokenTheftDetectedAt: null,
};

async function* pageOf<T>(...all: T[]) {
  yield all;
}

test.each(['csv', 'jsonl'] as const)('users exported as %s are imported unchanged', async (format) => {
  async function* bytes() {
    for await (const text of writeUsers(pageOf(susan, sam), columns, format))
      yield new TextEncoder().encode(text);
  }
  const options = { name: 'users', separator: null, map: defaultMap };
  const { rows } = format === 'csv' ? readCsv(bytes(), options) : readJsonLines(bytes(), options);
  const describeHash = () => ({ scheme: 'argon2id', problem: null });
  const users: unknown[] = [];
  for await (const read of validateRows(rows, {
    columns,
    now,
    describeHash,
    dropUnreadablePasswords: false,
  })) {
    users.push(...read.map(({ user }) => user));
  }
  expect(users).toMatchObject([susan, sam]);
});

test('an empty table is exported as a header', async () => {
  const texts: string[] = [];
  for await (const text of writeUsers(pageOf<UserRecord>(), columns, 'csv')) texts.push(text);
  expect(texts.join('')).toBe(`${columns.map(({ name }) => name).join(',')}\n`);
  expect(texts.join('')).toMatch(/^id,username,email,email_verified_at,pending_email,password_hash,/);
});
