import { describe, expect } from 'vitest';
import { reasonOf, refusalOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

const password = 'velvet otter juggles lemons';

const register = (world: TestApi, username: string, email = `${crypto.randomUUID()}@example.com`) =>
  world.browser().api.auth.register.mutate({ username, email, password });

describe('a new user name', () => {
  test.for(['suѕаn', 'аdmin', 'ιsabel', 'user١'])('cannot mix scripts: %s', async (name, { sharedWorld }) => {
    const { fields } = await refusalOf(register(sharedWorld, name));
    expect(fields).toEqual({ username: 'Use letters of one script only.' });
  });

  test.for([
    ['copa', 'сора'],
    ['пас', 'пac'],
    ['paypal', 'paypɑl'],
  ] as const)('cannot imitate %s by other letters', async ([name, other], { world }) => {
    await register(world, name);
    const refusal = await refusalOf(register(world, other));
    expect(refusal.status).toBeGreaterThanOrEqual(400);
    expect(Object.keys(refusal.fields)).toEqual(['username']);
  });

  test('that imitates another one is refused with its own reason', async ({ world }) => {
    await register(world, 'сора');
    expect(await refusalOf(register(world, 'copa'))).toMatchObject({
      reason: 'username_confusable',
      status: 409,
      fields: { username: 'That user name looks like that of another user. Choose another one.' },
    });
  });

  test('and one that looks like it, registered at once, result in one user', async ({ world }) => {
    const names = ['copa', 'сора', 'сорa', 'cора'];
    const all = await Promise.allSettled(names.map((name) => register(world, name)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.for(['Ελένη', 'иван', '田中さん', '田中taro', '김철수', '王小明', 'مريم', 'Zoë', 'straße'])(
    'can be in one script: %s',
    async (name, { sharedWorld }) => {
      await register(sharedWorld, name);
      expect(await (await sharedWorld.signIn(name, password)).whoAmI()).toBe(name);
    },
  );

  test('is refused at a change of the name too', async ({ world }) => {
    await register(world, 'сора');
    const { api } = await world.signIn('sam');
    const change = (username: string) => reasonOf(api.account.changeUsername.mutate({ username }));
    expect([await change('copa'), await change('аdmin')]).toEqual(['username_confusable', 'invalid_input']);
  });

  test('in ASCII is compared by its letters only', async ({ world }) => {
    for (const name of ['burn', 'bum', 'user1', 'userl']) await register(world, name);
    expect(await (await world.signIn('bum', password)).whoAmI()).toBe('bum');
  });
});
