import { describe, expect } from 'vitest';
import { refusalOf } from './testing.ts';
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
