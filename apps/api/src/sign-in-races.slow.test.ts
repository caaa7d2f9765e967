import { createUserStore, Session, User } from '@latchkey/db';
import { describe, expect, vi } from 'vitest';
import { problemOf } from './client.ts';
import { reasonOf, type TestApi, type TestBrowser } from './testing.ts';
import { test } from './world.fixture.ts';

// Changes that end all sessions, while sign-ins with the credential of before are in progress. On every engine.

const passphrase = 'velvet otter juggles lemons';
const remember = { remember: true };
const patiently = { timeout: 20_000 };

const samId = async (world: TestApi) => (await world.userNamed('sam')).id;
const sessionsOfSam = async (world: TestApi) =>
  world.database.em().count(Session, { user: await samId(world) });

/** Repeats a call while the API is too busy to check a new password. */
async function whenNotBusy<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (problemOf(error).status !== 503) throw error;
    }
  }
}

type Change = (world: TestApi) => Promise<unknown>;

const setPassword: Change = async ({ services, ...world }) => {
  const { id } = await world.userNamed('sam');
  await services.users.setPassword(id, await services.passwords.hash(passphrase));
};
const resetPassword: Change = async (world) => {
  const { api } = world.browser();
  await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
  const token = await world.tokenIn('sam@example.com', '/reset-password/');
  await whenNotBusy(() => api.auth.resetPassword.mutate({ token, password: passphrase }));
};
const changePassword: Change = async (world) => {
  const sam = await world.signedInAs('sam');
  await whenNotBusy(() => sam.api.account.changePassword.mutate({ password: passphrase }));
  await sam.api.auth.logout.mutate();
};
const disable: Change = (world) => world.disable('sam');
const scheduleDeletion: Change = async (world) => (await world.signedInAs('sam')).api.account.delete.mutate();
const deleteRow: Change = (world) => world.database.em().nativeDelete(User, { username: 'sam' });
const signOutEverywhere: Change = async (world) => world.services.auth.endAllSessions(await samId(world));
const signOutOthers: Change = async (world) => {
  const sam = await world.signedInAs('sam');
  await sam.api.account.sessions.revokeOthers.mutate();
  await sam.api.auth.logout.mutate();
};
const changeRole: Change = async (world) =>
  createUserStore(world.database).setRole(await samId(world), 'admin');
const confirmAddress: Change = async (world) => {
  const sam = await world.signedInAs('sam');
  await world.changeEmail(sam, 'sam@new.example');
  await sam.api.auth.logout.mutate();
};

/** Makes a change after the next check of a password, before the session of it begins. */
function changeAfterCheck(world: TestApi, change: Change) {
  const { passwords } = world.services;
  const check = passwords.check.bind(passwords);
  const spy = vi.spyOn(passwords, 'check').mockImplementationOnce(async (hash, password) => {
    const result = await check(hash, password);
    await change(world);
    return result;
  });
  return spy;
}

const changes = [
  ['the password is changed', changePassword, 'invalid_credentials'],
  ['the password is reset', resetPassword, 'invalid_credentials'],
  ['the password is set by an administrator', setPassword, 'invalid_credentials'],
  ['the account is disabled', disable, 'account_disabled'],
  ['the deletion of the account is scheduled', scheduleDeletion, 'invalid_credentials'],
  ['the account is deleted', deleteRow, 'invalid_credentials'],
  ['all sessions are ended', signOutEverywhere, 'invalid_credentials'],
  ['all other devices are ended', signOutOthers, 'invalid_credentials'],
  ['the role changes', changeRole, 'invalid_credentials'],
  ['another address is confirmed', confirmAddress, 'invalid_credentials'],
] as const;

describe('a sign-in in progress', () => {
  test.for(changes)('begins no session when %s [T10]', async ([, change, reason], { world }) => {
    changeAfterCheck(world, change);
    const signedIn = world.signIn('sam@example.com', 'dog', remember);
    expect(await reasonOf(signedIn)).toBe(reason);
    const { id } = (await world.database.em().findOne(User, { username: 'sam' })) ?? { id: '' };
    expect(await world.database.em().count(Session, { user: id })).toBe(0);
    expect(await world.services.auth.listDevices(id)).toEqual([]);
  });

  test('succeeds when a parallel one has stored the hash in our format', async ({ world }) => {
    const { services, database } = world;
    const { passwordHash } = await world.userNamed('sam');
    changeAfterCheck(world, async () => {
      const again = await services.passwords.hash('dog');
      await services.users.upgradeHash(await samId(world), passwordHash, again);
    });
    const check = vi.mocked(services.passwords.check);
    expect(await (await world.signIn('sam')).whoAmI()).toBe('sam');
    expect(check).toHaveBeenCalledTimes(2);
    expect(await database.em().count(Session)).toBe(1);
  });

  test('does not end the session that the browser has when it is refused', async ({ world }) => {
    const browser = await world.signIn('bob');
    changeAfterCheck(world, setPassword);
    const signedIn = browser.api.auth.login.mutate({ username: 'sam', password: 'dog' });
    expect(await reasonOf(signedIn)).toBe('invalid_credentials');
    expect(await browser.whoAmI()).toBe('bob');
  });
});

describe('confirming the password', () => {
  test.for(changes.filter(([, , reason]) => reason === 'invalid_credentials'))(
    'makes no login fresh when %s [T10]',
    async ([, change], { world }) => {
      const sam = await world.signedInAs('sam', { fresh: false, remember: true });
      changeAfterCheck(world, change);
      expect(await reasonOf(sam.api.auth.confirm.mutate({ password: 'dog' }))).not.toBeNull();
      expect((await sam.api.auth.me.query())?.session?.isFresh ?? false).toBe(false);
    },
  );
});

describe('a change by a session', () => {
  /** Runs a change by Sam's session, which ends after the session was read. */
  async function afterItsEnd(world: TestApi, change: (sam: TestBrowser) => Promise<unknown>) {
    const sam = await world.signIn('sam');
    const { auth } = world.services;
    const resume = auth.resumeSession.bind(auth);
    const spy = vi.spyOn(auth, 'resumeSession').mockImplementationOnce(async (...args) => {
      const identity = await resume(...args);
      await resetPassword(world);
      return identity;
    });
    // The reset is also made by requests, which find the original function.
    const reason = await reasonOf(change(sam));
    spy.mockRestore();
    return reason;
  }

  test.for([
    [
      'of the password',
      (sam) => sam.api.account.changePassword.mutate({ password: 'nine quiet harbours sleeping' }),
    ],
    ['of the address', (sam) => sam.api.account.changeEmail.mutate({ email: 'thief@evil.example' })],
    ['that deletes the account', (sam) => sam.api.account.delete.mutate()],
    ['that keeps the account', (sam) => sam.api.account.cancelDeletion.mutate()],
    ['that dismisses an alarm', (sam) => sam.api.account.dismissTokenTheftNotice.mutate()],
  ] as const satisfies [string, (sam: TestBrowser) => Promise<unknown>][])(
    '%s is refused when the password is reset meanwhile [T10]',
    async ([, change], { world }) => {
      expect(await afterItsEnd(world, change)).toBe('login_required');
      expect(await (await world.signIn('sam', passphrase)).whoAmI()).toBe('sam');
      const { email, pendingEmail, deleteAfter } = await world.userNamed('sam');
      expect({ email, pendingEmail, deleteAfter }).toEqual({
        email: 'sam@example.com',
        pendingEmail: null,
        deleteAfter: null,
      });
    },
  );
});

describe('beside a change that ends all sessions, loops of', () => {
  /** Repeats work until the change is done, in eight loops. @returns how often it has succeeded */
  async function loopsBeside(change: () => Promise<unknown>, work: () => Promise<unknown>) {
    let isDone = false;
    let successes = 0;
    const loop = async () => {
      while (!isDone) if ((await reasonOf(work())) === null) successes += 1;
    };
    const loops = Array.from({ length: 8 }, loop);
    try {
      await vi.waitFor(() => {
        expect(successes).toBeGreaterThan(8);
      }, patiently);
      await change();
    } finally {
      isDone = true;
      await Promise.all(loops);
    }
  }

  const ending = [
    ['a changed password', changePassword],
    ['a reset password', resetPassword],
    ['a disabled account', disable],
    ['a deleted account', deleteRow],
  ] as const;

  test.for(ending)('sign-ins leave no session: %s [T10]', async ([, change], { world }) => {
    const browsers: TestBrowser[] = [];
    const signIn = async () =>
      browsers.push(await world.signIn('sam', 'dog', { remember: Math.random() < 0.5 }));
    await loopsBeside(() => change(world), signIn);
    expect(await world.database.em().count(Session)).toBe(0);
    for (const browser of browsers.slice(-8)) expect(await browser.whoAmI()).toBeNull();
  });

  test.for(ending)('confirmations leave no session: %s [T10]', async ([, change], { world }) => {
    const browsers = await Promise.all(
      Array.from({ length: 8 }, () => world.signedInAs('sam', { fresh: false, remember: true })),
    );
    let next = 0;
    await loopsBeside(
      () => change(world),
      async () => browsers[next++ % browsers.length]?.api.auth.confirm.mutate({ password: 'dog' }),
    );
    expect(await world.database.em().count(Session)).toBe(0);
    for (const browser of browsers) expect(await browser.whoAmI()).toBeNull();
  });

  test.for(ending)('returning browsers leave no session: %s [T10]', async ([, change], { world }) => {
    const browsers = await Promise.all(
      Array.from({ length: 8 }, () => world.signedInAs('sam', { remember: true })),
    );
    let next = 0;
    await loopsBeside(
      () => change(world),
      async () => {
        const i = next++ % browsers.length;
        const browser = browsers[i];
        if (!browser) return;
        const back = world.reopened(browser);
        await back.whoAmI();
        browsers[i] = back;
      },
    );
    expect(await world.database.em().count(Session)).toBe(0);
    for (const browser of browsers) expect(await browser.whoAmI()).toBeNull();
  });
});

test('a session that begins beside a change of the role is of the new role [T9]', async ({ world }) => {
  const users = createUserStore(world.database);
  const id = await samId(world);
  const stop = { isSet: false };
  const loops = Array.from({ length: 4 }, async () => {
    while (!stop.isSet) await reasonOf(world.signIn('sam'));
  });
  try {
    await vi.waitFor(async () => {
      expect(await sessionsOfSam(world)).toBeGreaterThan(4);
    }, patiently);
    await users.setRole(id, 'admin');
  } finally {
    stop.isSet = true;
    await Promise.all(loops);
  }
  const { updatedAt } = await world.userNamed('sam');
  const before = { user: id, createdAt: { $lt: updatedAt }, mustRotate: false };
  expect(await world.database.em().count(Session, before)).toBe(0);
});
