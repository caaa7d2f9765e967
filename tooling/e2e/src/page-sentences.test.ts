import { describe, expect, test } from 'vitest';
import { getSite, susan } from './site.ts';

const site = getSite('in one process');

/** The text of each paragraph of a page. */
const sentencesOf = (html: string): string[] =>
  [...html.matchAll(/<p\b[^>]*>([^]*?)<\/p>/g)].map(([, text = '']) => text.replace(/<[^>]*>/g, '').trim());

const repeated = (sentences: readonly string[]) =>
  sentences.filter((sentence, index) => sentence !== '' && sentences.indexOf(sentence) !== index);

describe('a page with errors has each sentence once:', () => {
  test.each([
    ['/confirm', { password: 'wrong' }, 'Wrong password. Try again.'],
    ['/account/delete', { username: 'sam' }, 'This is not your user name.'],
  ])('%s', async (path, fields, sentence) => {
    const cookie = await site.signIn(await site.createAccount());
    const sentences = sentencesOf(await (await site.post(path, fields, { cookie })).text());
    expect(sentences).toContain(sentence);
    expect(repeated(sentences)).toEqual([]);
  });

  test('/register', async () => {
    const password = 'velvet otter juggles lemons';
    const fields = { username: susan.username, email: 'another@example.com', password, password2: password };
    const sentences = sentencesOf(await (await site.post('/register', fields)).text());
    expect(sentences).toContain('That user name is taken. Choose another one.');
    expect(repeated(sentences)).toEqual([]);
  });
});

describe('an error page', () => {
  test.each(['/dev/mailbox/unknown', '/account/activity?before=%21', `/verify-email/${'A'.repeat(300)}`])(
    'of a refusal has no request id and refers to no field: %s',
    async (path) => {
      const cookie = await site.signIn(susan);
      const response = await site.send(path, { headers: { cookie } });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(/Request ID|fields below/);
    },
  );
});

test.each(['PUT', 'PATCH', 'DELETE'])(
  '%s to a page is answered with the page of the site',
  async (method) => {
    const response = await site.send('/login', { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain('GET');
    expect(await response.text()).toContain('<h1>Method not allowed</h1>');
  },
);

test('the form for a new address promises a mail to a verified address only [T6]', async () => {
  const promise = 'so that you can undo the change';
  const verified = await site.signIn(await site.createAccount());
  expect(await site.read('/account/email', verified)).toContain(promise);
  const unverified = await site.signIn(await site.createAccount({ isVerified: false }));
  expect(await site.read('/account/email', unverified)).not.toContain(promise);
});

test.each(['/account/data', '/account/delete'])(
  '%s shows for how long a deletion can be undone',
  async (path) => {
    const cookie = await site.signIn(await site.createAccount());
    expect(await site.read(path, cookie)).toMatch(/for 14 days/i);
  },
);

test('the title and heading of a mail have the name of the site once', async () => {
  const { email } = await site.createAccount();
  await site.mailTo(email, '/verify-email');
  const [, path = ''] = /href="(\/dev\/mailbox\/[^"]+)"/.exec(await site.read('/dev/mailbox')) ?? [];
  const html = await site.read(path);
  const [, title = ''] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
  const [, heading = ''] = /<h1>([^<]*)<\/h1>/.exec(html) ?? [];
  expect(title).toBe(`${heading} · Latchkey`);
  expect(heading).not.toContain('Latchkey');
});
