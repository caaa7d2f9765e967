import { expect } from 'vitest';
import { reasonOf, refusalOf } from './testing.ts';
import { test } from './world.fixture.ts';

test('a user signs in with the new name, and the former one is free', async ({ world }) => {
  const { api } = await world.signIn('sam');
  await api.account.changeUsername.mutate({ username: 'Samuel' });
  expect((await api.auth.me.query())?.user.username).toBe('Samuel');
  expect(await (await world.signIn('samuel', 'dog')).whoAmI()).toBe('Samuel');
  expect(await reasonOf(world.browser().api.auth.login.mutate({ username: 'sam', password: 'dog' }))).toBe(
    'invalid_credentials',
  );
  const other = await world.signIn('bob');
  await other.api.account.changeUsername.mutate({ username: 'sam' });
  expect(await other.whoAmI()).toBe('sam');
});

test('the case of the own user name can change', async ({ world }) => {
  const sam = await world.signIn('sam');
  await sam.api.account.changeUsername.mutate({ username: 'SAM' });
  expect(await sam.whoAmI()).toBe('SAM');
});

test.for([
  ['the name of another user', 'SuSaN', 'username_taken'],
  ['the current name', 'sam', 'invalid_input'],
  ['a name with a space', 'a b', 'invalid_input'],
] as const)('%s is refused', async ([, username, reason], { sharedWorld }) => {
  const { api } = await sharedWorld.signedInAs('sam', { fresh: true });
  const refused = await refusalOf(api.account.changeUsername.mutate({ username }));
  expect(refused).toMatchObject({ reason, fields: { username: expect.any(String) as string } });
});

test('two users who choose one name at once: one gets it', async ({ world }) => {
  const users = await Promise.all([world.signIn('sam'), world.signIn('bob'), world.signIn('jack')]);
  const reasons = await Promise.all(
    users.map(({ api }) => reasonOf(api.account.changeUsername.mutate({ username: 'wanted' }))),
  );
  expect(reasons.sort()).toEqual([null, 'username_taken', 'username_taken'].sort());
});

test('a login that is not fresh cannot change the user name', async ({ sharedWorld }) => {
  const { api } = await sharedWorld.signedInAs('sam', { fresh: false });
  expect(await reasonOf(api.account.changeUsername.mutate({ username: 'other' }))).toBe(
    'fresh_login_required',
  );
});

test('the change is recorded, and mailed to the address with both names', async ({ world }) => {
  const { api } = await world.signIn('sam');
  await api.account.changeUsername.mutate({ username: 'samuel' });
  const [event] = (await api.account.activity.query({})).events;
  expect(event?.kind).toBe('username_changed');
  const [mail] = await world.mailsTo('sam@example.com');
  expect(mail?.subject).toContain('Your user name was changed');
  expect(mail?.text).toContain('from sam to samuel');
});
