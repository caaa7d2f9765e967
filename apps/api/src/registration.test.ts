import { describe, expect } from 'vitest';
import { reasonOf, refusalOf } from './testing.ts';
import { test } from './world.fixture.ts';

const form = { username: 'vera', email: 'vera@example.org', password: 'velvet otter juggles lemons' };

describe('a site with REGISTRATION=closed', () => {
  test('creates no account', async ({ start }) => {
    const { api } = (await start({ REGISTRATION: 'closed' })).browser();
    expect(await refusalOf(api.auth.register.mutate(form))).toMatchObject({
      reason: 'registration_closed',
      status: 403,
    });
    expect((await api.site.settings.query()).registration).toBe('closed');
  });

  test('lets existing users sign in', async ({ start }) => {
    const site = await start({ REGISTRATION: 'closed' });
    expect(await (await site.signIn('susan')).whoAmI()).toBe('susan');
  });
});

describe('the same registration again', () => {
  test('signs in to the account', async ({ world }) => {
    await world.browser().api.auth.register.mutate(form);
    const again = world.browser();
    const { user } = await again.api.auth.register.mutate({ ...form, email: 'VERA@example.org' });
    expect(await again.whoAmI()).toBe('vera');
    expect(user.id).toBe((await world.userNamed('vera')).id);
  });

  test('five times at once creates one account and signs in five times', async ({ world }) => {
    const browsers = Array.from({ length: 5 }, () => world.browser());
    await Promise.all(browsers.map(({ api }) => api.auth.register.mutate(form)));
    expect(await Promise.all(browsers.map((browser) => browser.whoAmI()))).toEqual(Array(5).fill('vera'));
    const vera = await world.userNamed('vera');
    const events = await world.services.activity.list(vera.id, 50);
    expect(events.filter(({ kind }) => kind === 'registered')).toHaveLength(1);
  });

  test.for([
    ['another password', { password: 'nine quiet harbours sleeping' }],
    ['another address', { email: 'another@example.org' }],
  ] as const)('with %s finds the name taken', async ([, other], { world }) => {
    await world.browser().api.auth.register.mutate(form);
    const browser = world.browser();
    expect(await reasonOf(browser.api.auth.register.mutate({ ...form, ...other }))).toBe('username_taken');
    expect(await browser.whoAmI()).toBeNull();
  });

  test('with a wrong password counts as a failed sign-in', async ({ world }) => {
    const owner = world.browser();
    await owner.api.auth.register.mutate(form);
    const wrong = { ...form, password: 'nine quiet harbours sleeping' };
    expect(await reasonOf(world.browser().api.auth.register.mutate(wrong))).toBe('username_taken');
    await expect
      .poll(async () => (await owner.api.account.activity.query({})).events.map(({ kind }) => kind))
      .toContain('login_failed');
  });

  test('does not sign in to a disabled account', async ({ world }) => {
    await world.browser().api.auth.register.mutate(form);
    await world.disable('vera');
    expect(await reasonOf(world.browser().api.auth.register.mutate(form))).toBe('account_disabled');
  });

  test('computes one hash for a taken name, whatever the address is [T4]', async ({ start }) => {
    const world = await start();
    await world.browser().api.auth.register.mutate(form);
    const count = async (email: string) => {
      const { check } = world.services.passwords;
      let hashes = 0;
      world.services.passwords.check = (...args) => {
        hashes += 1;
        return check(...args);
      };
      await reasonOf(
        world.browser().api.auth.register.mutate({ ...form, email, password: 'wrong but long enough' }),
      );
      world.services.passwords.check = check;
      return hashes;
    };
    expect([await count(form.email), await count('another@example.org')]).toEqual([1, 1]);
  });
});

describe('a site with REQUIRE_VERIFIED_EMAIL=on', () => {
  const env = { REQUIRE_VERIFIED_EMAIL: 'on' };

  test('refuses a sign-in before the address is verified', async ({ start }) => {
    const site = await start(env);
    const vera = site.browser();
    expect(await vera.api.auth.register.mutate(form)).toMatchObject({ isSignedIn: false });
    expect(await reasonOf(vera.api.auth.login.mutate(form))).toBe('email_not_verified');
    expect(await vera.whoAmI()).toBeNull();

    await vera.api.auth.verifyEmail.mutate({ token: await site.tokenIn(form.email, '/verify-email/') });
    await vera.api.auth.login.mutate(form);
    expect(await vera.whoAmI()).toBe('vera');
  });

  test('sends the link again to those who know the password only', async ({ start }) => {
    const site = await start(env);
    const { api } = site.browser();
    await api.auth.register.mutate(form);
    await reasonOf(api.auth.login.mutate({ ...form, password: 'nine quiet harbours sleeping' }));
    expect(await site.tokensIn(form.email, '/verify-email/')).toHaveLength(1);
    await reasonOf(api.auth.login.mutate(form));
    expect(await site.tokensIn(form.email, '/verify-email/')).toHaveLength(2);
  });

  test('answers alike for a taken and a free address [T4]', async ({ start }) => {
    const site = await start(env);
    const answers = ['susan@example.com', 'free@example.org'].map(async (email, i) => {
      const { api } = site.browser();
      const own = { ...form, email, username: `stranger${i}` };
      const { user, isSignedIn } = await api.auth.register.mutate(own);
      const again = await api.auth.register.mutate(own);
      return [Object.keys(user), isSignedIn, again.isSignedIn, await reasonOf(api.auth.login.mutate(own))];
    });
    const [taken, free] = await Promise.all(answers);
    expect(taken).toEqual(free);
  });

  test('refuses a registration that is sent again for a disabled account', async ({ start }) => {
    const site = await start(env);
    await site.browser().api.auth.register.mutate(form);
    await site.disable('vera');
    expect(await reasonOf(site.browser().api.auth.register.mutate(form))).toBe('account_disabled');
  });

  test('lets users without an address sign in', async ({ start }) => {
    const site = await start(env);
    const passwordHash = await site.services.passwords.hash(form.password);
    await site.services.users.create({ username: 'walter', email: null, passwordHash });
    expect(await (await site.signIn('walter', form.password)).whoAmI()).toBe('walter');
  });
});
