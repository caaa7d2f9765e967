import { describe, expect } from 'vitest';
import { reasonOf, type TestApi, type TestBrowser } from './testing.ts';
import { test } from './world.fixture.ts';

// Changes that consist of several steps, of which the last one fails: the mail about it cannot be stored.

const passphrase = 'velvet otter juggles lemons';

/** Makes a call while the table of outgoing mails is missing. @returns its reason */
async function withoutOutbox(world: TestApi, call: () => Promise<unknown>): Promise<string | null> {
  await world.database.execute('alter table outgoing_mails rename to missing_mails', []);
  try {
    return await reasonOf(call());
  } finally {
    await world.database.execute('alter table missing_mails rename to outgoing_mails', []);
  }
}

async function resetToken(world: TestApi): Promise<string> {
  await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
  return world.tokenIn('sam@example.com', '/reset-password/');
}

describe('when the mail cannot be stored', () => {
  test('resetting the password leaves the link and the password valid [T33]', async ({ world }) => {
    const token = await resetToken(world);
    const elsewhere = await world.signIn('sam');
    const { api } = world.browser();
    const reset = () => api.auth.resetPassword.mutate({ token, password: passphrase });
    expect(await withoutOutbox(world, reset)).not.toBeNull();
    expect(await elsewhere.whoAmI()).toBe('sam');
    expect(await (await world.signIn('sam')).whoAmI()).toBe('sam');
    await reset();
    expect(await (await world.signIn('sam', passphrase)).whoAmI()).toBe('sam');
  });

  test('confirming another address leaves the link, the address and the sessions [T33]', async ({
    world,
  }) => {
    const [elsewhere, sam] = [await world.signIn('sam'), await world.signIn('sam')];
    await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
    const token = await world.tokenIn('sam@new.example', '/verify-email/');
    const confirm = () => sam.api.auth.verifyEmail.mutate({ token });
    expect(await withoutOutbox(world, confirm)).not.toBeNull();
    expect((await sam.api.account.profile.query()).email).toBe('sam@example.com');
    expect(await elsewhere.whoAmI()).toBe('sam');
    await confirm();
    expect((await sam.api.account.profile.query()).email).toBe('sam@new.example');
    expect(await elsewhere.whoAmI()).toBeNull();
  });

  test('undoing a change of the address leaves the link and the address [T33]', async ({ world }) => {
    const sam = await world.signIn('sam');
    await world.changeEmail(sam, 'sam@new.example');
    const token = await world.tokenIn('sam@example.com', '/undo-email-change/');
    const undo = () => world.browser().api.auth.undoEmailChange.mutate({ token });
    expect(await withoutOutbox(world, undo)).not.toBeNull();
    expect((await sam.api.account.profile.query()).email).toBe('sam@new.example');
    await undo();
    expect((await world.userNamed('sam')).email).toBe('sam@example.com');
  });

  test('registering creates no account, and can be repeated [T33]', async ({ world }) => {
    const { api } = world.browser();
    const form = { username: 'verena', email: 'verena@example.com', password: passphrase };
    expect(await withoutOutbox(world, () => api.auth.register.mutate(form))).not.toBeNull();
    expect(await world.services.users.findByLogin('verena')).toBeNull();
    await api.auth.register.mutate(form);
    expect(await world.tokensIn('verena@example.com', '/verify-email/')).toHaveLength(1);
  });

  test.for([
    ['changing the password', (sam) => sam.api.account.changePassword.mutate({ password: passphrase })],
    ['requesting another address', (sam) => sam.api.account.changeEmail.mutate({ email: 'sam@new.example' })],
    ['deleting the account', (sam) => sam.api.account.delete.mutate()],
  ] as const satisfies [string, (sam: TestBrowser) => Promise<unknown>][])(
    '%s changes nothing [T33]',
    async ([, change], { world }) => {
      const [sam, elsewhere] = [await world.signIn('sam'), await world.signIn('sam')];
      const before = await world.userNamed('sam');
      expect(await withoutOutbox(world, () => change(sam))).not.toBeNull();
      expect(await world.userNamed('sam')).toEqual(before);
      expect([await sam.whoAmI(), await elsewhere.whoAmI()]).toEqual(['sam', 'sam']);
    },
  );
});
