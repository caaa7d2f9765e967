import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getSite, type Account, type Site } from './site.ts';

const routes = join(import.meta.dirname, '../../../apps/web/src/routes');

/** The pages of an account, and its download. */
const paths = ['/', '/confirm'].concat(
  globSync('account/**/+{page.svelte,server.ts}', { cwd: routes }).map((file) =>
    `/${file}`.replace(/\/\+(page\.svelte|server\.ts)$/, ''),
  ),
);

test('no page of an account shows that its address belongs to another user [T4]', async () => {
  const site = getSite('in one process');
  const { email: taken } = await site.createAccount();
  const { email: alsoTaken } = await site.createAccount();
  const free = taken.replace('@', '.free@');
  const shown = [
    await seenWith(site, taken, alsoTaken),
    await seenWith(site, free, alsoTaken.replace('@', '.free@')),
  ];
  expect(paths).toContain('/account/data/download');
  expect(shown[1]).toEqual(shown[0]);
});

/** Registers with an address, enters it again, and requests another. @returns all pages after each step */
async function seenWith(site: Site, email: string, other: string): Promise<unknown[]> {
  const username = `vera-${crypto.randomUUID().slice(0, 8)}`;
  const account: Account = { username, email, password: 'velvet otter juggles lemons' };
  const normalize = (text: string) =>
    text
      .replaceAll(username, 'USER')
      .replaceAll(other, 'OTHER')
      .replaceAll(email, 'OWN')
      .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f-]{22}|[\da-f]{64}/g, 'ID')
      // A form has a digest of the id of its user.
      .replace(/(name="form-mark" value="{&quot;id&quot;:&quot;)[\w-]{43}/g, '$1ID')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{1,2} \w+ \d{4},? (at )?[\d:]+( UTC)?/g, 'TIME');
  const registered = await site.post('/register', { ...account, password2: account.password });
  const seen: unknown[] = [[registered.status, registered.headers.get('location')]];
  const cookie = await site.signIn(account);
  const readAll = async () => {
    for (const path of paths) seen.push([path, normalize(await site.read(path, cookie))]);
  };
  await readAll();
  for (const address of [email, other]) {
    const response = await site.post('/account/email', { email: address }, { cookie });
    seen.push([response.status, response.headers.get('location'), normalize(await response.text())]);
    await readAll();
  }
  return seen;
}
