import { createUserStore } from '@latchkey/db';
import { describe, expect, vi } from 'vitest';
import { appRouter } from './app-router.ts';
import { problemOf } from './client.ts';
import type { TestApi, TestBrowser } from './testing.ts';
import { test } from './world.fixture.ts';

// An account whose address belongs to another user is the same, in everything that it sees, as one whose address is free
// (docs/decisions/0004).

const [passphrase, another] = ['velvet otter juggles lemons', 'nine quiet harbours sleeping'];

/** Who has the addresses that an account enters. */
const owners = {
  'no user': () => Promise.resolve(),

  'a user who verified them': async (world: TestApi) => {
    const users = createUserStore(world.database);
    for (const [index, email] of [own, next].entries()) {
      const owner = await users.create({ username: `owner${index}`, email, passwordHash: '!' });
      await users.confirmEmail(owner.id, email);
    }
  },

  'a user who has them from an administrator': async (world: TestApi) => {
    for (const [index, email] of [own, next].entries()) {
      const owner = { username: `owner${index}`, email, passwordHash: '!' };
      await createUserStore(world.database).create(owner);
    }
  },

  'a user who registered with them': async (world: TestApi) => {
    for (const [index, email] of [own, next].entries()) {
      const form = { username: `owner${index}`, email, password: 'plum tram vogue kiln' };
      await world.browser().api.auth.register.mutate(form);
    }
  },
};

const [own, next] = ['vera@example.com', 'vera@next.example'];

type Caller = (input: unknown) => Promise<unknown>;
type Call = [procedure: string, input?: unknown];

/** What the account does, in this order. Each procedure of the API occurs. */
const calls: readonly Call[] = [
  ['auth.register', { username: 'vera', email: own, password: passphrase }],
  ['auth.me'],
  ['account.profile'],
  ['account.exportData'],
  ['auth.login', { username: own, password: passphrase }],
  ['auth.login', { username: own, password: 'wrong' }],
  ['auth.login', { username: 'vera', password: passphrase }],
  ['auth.confirm', { password: 'wrong' }],
  ['auth.confirm', { password: passphrase }],
  ['auth.forgotPassword', { email: own }],
  ['account.exportData'],
  ['account.sendVerification'],
  ['account.exportData'],
  ['account.changeEmail', { email: own }],
  ['account.changeEmail', { email: 'VERA@example.com' }],
  ['account.changeEmail', { email: next }],
  ['account.profile'],
  ['auth.me'],
  ['account.exportData'],
  ['account.sendVerification'],
  ['auth.login', { username: next, password: passphrase }],
  ['auth.login', { username: own, password: passphrase }],
  ['account.cancelEmailChange'],
  ['account.profile'],
  ['account.exportData'],
  ['account.changeEmail', { email: next }],
  ['account.changePassword', { password: own }],
  ['account.changePassword', { password: another }],
  ['account.profile'],
  ['account.exportData'],
  ['auth.login', { username: own, password: another }],
  ['auth.checkLink', { token: 'l_unknown' }],
  ['auth.verifyEmail', { token: 'l_unknown' }],
  ['auth.undoEmailChange', { token: 'l_unknown' }],
  ['auth.resetPassword', { token: 'l_unknown', password: passphrase }],
  ['account.sessions.list'],
  ['account.sessions.revoke', { id: 'unknown' }],
  ['account.sessions.revokeOthers'],
  ['account.dismissTokenTheftNotice'],
  ['account.activity'],
  ['account.delete'],
  ['auth.me'],
  ['auth.login', { username: own, password: another }],
  ['account.exportData'],
  ['account.cancelDeletion'],
  ['site.settings'],
  ['auth.register', { username: 'vera', email: own, password: passphrase }],
  ['auth.register', { username: 'verena', email: own, password: passphrase }],
  ['account.profile'],
  ['account.exportData'],
  ['account.changeUsername', { username: 'veronica' }],
  ['account.exportData'],
  ['auth.logout'],
  ['auth.me'],
];

/** The mailbox of the development shows every mail of every address, to everyone who can open it. */
const mailbox = ['development.mails', 'development.mail'];

/** Calls a procedure by its name. @returns the answer or the refusal, without ids, times and tokens */
async function answerOf({ api }: TestBrowser, [path, input]: Call): Promise<unknown> {
  // The cast: the type lists the routers, and the object has the procedures by their whole names.
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
  const type = procedures[path]?._def.type;
  const name = [...path.split('.'), type === 'query' ? 'query' : 'mutate'];
  // The cast: the client is a proxy, in which each part of the name is a property.
  const call = name.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], api) as Caller;
  const answer = await call(input).catch((error: unknown) => problemOf(error));
  return JSON.parse(
    JSON.stringify(answer)
      .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f-]{22}|[\da-f]{64}/g, 'an id')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time'),
  );
}

async function answersTo(world: TestApi): Promise<Record<string, unknown>> {
  const vera = world.browser();
  const hash = vi.spyOn(world.services.passwords, 'check');
  const answers: Record<string, unknown> = {};
  for (const [index, call] of calls.entries()) {
    hash.mockClear();
    const answer = await answerOf(vera, call);
    answers[`${index} ${call[0]}`] = { answer, hashes: hash.mock.calls.length };
    // The outbox is empty before the next call, so that the mails to be sent do not depend on time.
    await world.mailsTo(own);
  }
  return answers;
}

describe('an account with an address that is not verified', () => {
  test('calls every procedure in the tests below', () => {
    const called = new Set([...calls.map(([path]) => path), ...mailbox]);
    expect(Object.keys(appRouter._def.procedures).filter((path) => !called.has(path))).toEqual([]);
  });

  test.for(Object.keys(owners).slice(1) as (keyof typeof owners)[])(
    'gets the same answers from every procedure if it belongs to %s [T4]',
    async (owner, { start }) => {
      const [free, taken] = [await start(), await start()];
      await owners[owner](taken);
      expect(await answersTo(taken)).toEqual(await answersTo(free));
    },
  );

  test('is stored alike if it is free and if it is taken [T4]', async ({ start }) => {
    const rows: unknown[] = [];
    for (const owner of Object.values(owners)) {
      const world = await start();
      await owner(world);
      const form = { username: 'vera', email: own, password: passphrase };
      await world.browser().api.auth.register.mutate(form);
      const [row] = await world.database
        .em()
        .getConnection()
        .execute<Record<string, unknown>[]>(
          "select email, email_key, waiting_email_key, pending_email, email_verified_at from users where username = 'vera'",
        );
      rows.push(row);
    }
    expect(rows).toEqual(rows.map(() => rows[0]));
  });
});
