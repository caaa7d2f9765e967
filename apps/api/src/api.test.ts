import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { appRouter } from './app-router.ts';
import { problemOf } from './client.ts';
import { startTestApi, type TestApi } from './testing.ts';

const passphrase = 'correct horse battery staple';

let world: TestApi;
beforeAll(async () => {
  world = await startTestApi();
});
afterAll(() => world.stop());

const problem = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => {
      throw new Error('The call was expected to be refused.');
    },
    (reason: unknown) => reason,
  );
  return problemOf(error);
};

async function signedIn(username = 'susan', password = 'cat', remember = false) {
  const browser = world.browser();
  await browser.api.auth.login.mutate({ username, password, remember });
  return browser;
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}, where = world) =>
  fetch(`${where.url}/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('signing in', () => {
  test.each([
    ['susan', 'cat', 'admin'],
    ['sam', 'dog', 'user'],
    ['jack', 'boo', 'user'],
    ['eric', 'yoo', 'user'],
    ['mayra', 'hey', 'user'],
    ['bob', 'who', 'user'],
  ])('%s / %s is signed in over the typed client', async (username, password, role) => {
    const { api } = await signedIn(username, password);
    expect(await api.auth.me.query()).toMatchObject({
      user: { username, role },
      session: { isRemembered: false },
    });
    expect(await api.account.profile.query()).toMatchObject({ username, email: `${username}@example.com` });
  });

  test.each(['SUSAN', 'Susan@Example.COM', ' susan '])(
    '%j means susan: case does not matter',
    async (username) => {
      const { api } = await signedIn(username);
      expect((await api.auth.me.query())?.user.username).toBe('susan');
    },
  );

  test('nobody is signed in before', async () => {
    expect(await world.browser().api.auth.me.query()).toBeNull();
  });

  test('threat 3: a wrong password and an unknown user look the same in status, text and size', async () => {
    const [wrong, unknown] = await Promise.all(
      ['susan', 'nobody'].map(async (username) => {
        const response = await post('auth.login', { username, password: 'wrong' });
        const body = (await response.text()).replace(/"requestId":"[^"]+"/, '');
        return { status: response.status, headers: [...response.headers.keys()], body };
      }),
    );
    expect(unknown).toEqual(wrong);
    expect(wrong).toMatchObject({
      status: 401,
      body: expect.stringContaining('invalid_credentials') as string,
    });
  });

  test('a wrong password and an unknown user take the same time [T3]', async () => {
    const slow = await startTestApi({ PASSWORD_HASHING: 'standard' });
    onTestFinished(() => slow.stop());
    const times = { susan: [] as number[], nobody: [] as number[] };
    for (let i = 0; i < 9; i++) {
      for (const username of ['susan', 'nobody'] as const) {
        const start = performance.now();
        await post('auth.login', { username, password: 'wrong' }, {}, slow);
        times[username].push(performance.now() - start);
      }
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[4] ?? 0;
    // Without a hash for unknown users, the ratio would be at most 0.2.
    expect(median(times.nobody) / median(times.susan)).toBeGreaterThan(0.5);
  });

  test('threat 3: a disabled account is told so only after the right password', async () => {
    await world.disable('jack');
    const { api } = world.browser();
    expect(await problem(api.auth.login.mutate({ username: 'jack', password: 'wrong' }))).toMatchObject({
      reason: 'invalid_credentials',
      status: 401,
    });
    expect(await problem(api.auth.login.mutate({ username: 'jack', password: 'boo' }))).toMatchObject({
      reason: 'account_disabled',
      status: 403,
    });
  });

  test('threat 10: disabling a user ends the sessions that are running', async () => {
    const { api } = await signedIn('eric', 'yoo');
    await world.disable('eric');
    expect(await api.auth.me.query()).toBeNull();
    expect(await problem(api.account.profile.query())).toMatchObject({ reason: 'login_required' });
  });

  test('fields that were left empty are told one by one', async () => {
    const { api } = world.browser();
    expect(await problem(api.auth.login.mutate({ username: ' ', password: '' }))).toMatchObject({
      reason: 'invalid_input',
      status: 400,
      fields: { username: 'Enter your user name or e-mail address.', password: 'Enter your password.' },
    });
  });
});

describe('the session', () => {
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0] ?? '';

  test('threat 12: its cookie is HttpOnly, SameSite=Lax and ends with the browser', async () => {
    const cookie = cookieOf(await post('auth.login', { username: 'susan', password: 'cat' }));
    expect(cookie).toMatch(/^latchkey_session=[\w-]+; HttpOnly; Path=\/; SameSite=Lax$/);
  });

  test('with remember me its cookie outlives the browser', async () => {
    const answer = await post('auth.login', { username: 'susan', password: 'cat', remember: true });
    const [session, remember] = answer.headers.getSetCookie();
    expect(session).toMatch(/^latchkey_session=/);
    expect(session).not.toContain('Max-Age');
    expect(remember).toMatch(
      /^latchkey_remember=r_[^;]+; HttpOnly; Max-Age=3153(5999|6000); Path=\/; SameSite=Lax$/,
    );
  });

  test('threat 12: over HTTPS its cookie is Secure and carries the __Host- prefix', async () => {
    const secure = await startTestApi({ ORIGIN: 'https://login.example.com' });
    const response = await fetch(`${secure.url}/trpc/auth.login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'susan', password: 'cat' }),
    });
    expect(cookieOf(response)).toMatch(
      /^__Host-latchkey_session=[^;]+; HttpOnly; Path=\/; SameSite=Lax; Secure$/,
    );
    await secure.stop();
  });

  test('threat 8: the database holds the SHA-256 of the token and not the token', async () => {
    const { cookies } = await signedIn();
    const token = cookies.get('latchkey_session') ?? '';
    const rows = JSON.stringify(
      await world.database.orm.em.getConnection().execute('select * from sessions'),
    );
    expect(rows).not.toContain(token.slice(2));
    const { createHash } = await import('node:crypto');
    expect(rows).toContain(createHash('sha256').update(token).digest('hex'));
  });

  test('its cookie comes along however the answer is asked for', async () => {
    const streamed = { 'trpc-accept': 'application/jsonl' };
    const response = await post('auth.login', { username: 'susan', password: 'cat' }, streamed);
    expect(cookieOf(response)).toContain('latchkey_session=');
  });

  test('threat 9: signing in again makes a new token, and the old one is dead', async () => {
    const { api, cookies } = await signedIn();
    const before = cookies.header();
    await api.auth.login.mutate({ username: 'susan', password: 'cat' });
    expect(cookies.header()).not.toBe(before);

    const thief = world.browser();
    thief.cookies.store([before]);
    expect(await thief.api.auth.me.query()).toBeNull();
  });

  test('threat 10: a copied cookie is worthless after sign-out', async () => {
    const susan = await signedIn('susan', 'cat', true);
    const thief = world.browser();
    thief.cookies.store([susan.cookies.header()]);
    expect((await thief.api.auth.me.query())?.user.username).toBe('susan');

    await susan.api.auth.logout.mutate();
    expect(susan.cookies.header()).toBe('');
    expect(await thief.api.auth.me.query()).toBeNull();
  });

  test('signing out without being signed in is fine', async () => {
    expect(await world.browser().api.auth.logout.mutate()).toEqual({ signedOut: true });
  });

  test('signing out on one browser leaves the other signed in', async () => {
    const [first, second] = [await signedIn('bob', 'who'), await signedIn('bob', 'who')];
    await first.api.auth.logout.mutate();
    expect((await second.api.auth.me.query())?.user.username).toBe('bob');
  });

  test('a request that does not look at the session sends no cookie', async () => {
    const { cookies } = await signedIn();
    const response = await fetch(`${world.url}/healthz`, { headers: { cookie: cookies.header() } });
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe('registering', () => {
  test('makes an account and signs it in', async () => {
    const { api } = world.browser();
    await api.auth.register.mutate({ username: 'Zoë.99', email: 'zoe@example.org', password: passphrase });
    expect((await api.auth.me.query())?.user).toMatchObject({ username: 'Zoë.99', role: 'user' });

    const again = await signedIn('zoe@EXAMPLE.org', passphrase);
    expect((await again.api.auth.me.query())?.user.username).toBe('Zoë.99');
  });

  test('a taken user name is told, whatever its case', async () => {
    const taken = world
      .browser()
      .api.auth.register.mutate({ username: 'SuSaN', email: 'x@example.org', password: passphrase });
    expect(await problem(taken)).toMatchObject({
      reason: 'username_taken',
      status: 409,
      fields: { username: expect.any(String) as string },
    });
  });

  test('threat 4: a taken address looks like a free one, and stays its owner’s', async () => {
    const stranger = world.browser();
    const taken = await stranger.api.auth.register.mutate({
      username: 'stranger1',
      email: 'susan@example.com',
      password: passphrase,
    });
    const free = await world
      .browser()
      .api.auth.register.mutate({ username: 'stranger2', email: 'free@example.com', password: passphrase });
    expect(Object.keys(taken.user)).toEqual(Object.keys(free.user));
    expect(taken.user.email).toBe('susan@example.com');

    expect((await (await signedIn('susan@example.com')).api.auth.me.query())?.user.username).toBe('susan');
    // Each signs in with it, by their own password: a stranger cannot tell which of the two addresses was taken.
    for (const [email, username] of [
      ['susan@example.com', 'stranger1'],
      ['free@example.com', 'stranger2'],
    ] as const) {
      const { user } = await world.browser().api.auth.login.mutate({ username: email, password: passphrase });
      expect(user.username).toBe(username);
    }
    const [mail] = await world.mailsTo('susan@example.com');
    expect(mail?.subject).toContain('You already have an account');
    expect(mail?.text).not.toContain('stranger1');
  });

  test('five at once with one name make one account', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) =>
        world.browser().api.auth.register.mutate({
          username: 'racer',
          email: `racer${i}@example.org`,
          password: passphrase,
        }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('every field with a problem is told at once', async () => {
    const refused = world
      .browser()
      .api.auth.register.mutate({ username: 'a b', email: 'nowhere', password: 'short' });
    expect(Object.keys((await problem(refused)).fields).sort()).toEqual(['email', 'password', 'username']);
  });

  test.each([
    ['', 'a@example.org', passphrase, 'username'],
    ['a b', 'a@example.org', passphrase, 'username'],
    ['me@example.org', 'a@example.org', passphrase, 'username'],
    ['susan\u{FE0F}', 'a@example.org', passphrase, 'username'],
    ['\u3164', 'a@example.org', passphrase, 'username'],
    ['<script>', 'a@example.org', passphrase, 'username'],
    ['x'.repeat(65), 'a@example.org', passphrase, 'username'],
    ['fine', '', passphrase, 'email'],
    ['fine', 'nowhere', passphrase, 'email'],
    ['fine', 'a@b\r\nbcc:c@d.example', passphrase, 'email'],
    ['fine', 'a@example.org', 'short', 'password'],
    ['fine', 'a@example.org', '', 'password'],
    ['fine', 'a@example.org', 'x'.repeat(257), 'password'],
  ])(
    '%.20s, %.20s, %.20s is refused with a sentence beside the field',
    async (username, email, password, field) => {
      const refused = await problem(world.browser().api.auth.register.mutate({ username, email, password }));
      expect(refused).toMatchObject({ reason: 'invalid_input', status: 400 });
      expect(refused.fields[field]).toMatch(/\w+.*\.$/);
    },
  );
});

describe('the door', () => {
  const open = [
    'auth.me',
    'auth.login',
    'auth.logout',
    'auth.register',
    'auth.forgotPassword',
    'auth.checkLink',
    'auth.resetPassword',
    'auth.verifyEmail',
    'auth.undoEmailChange',
    // Outside production only, and nowhere where mail is really sent.
    'development.mails',
    'development.mail',
  ];

  test('threat 26: every procedure but the listed ones is closed to nobody', async () => {
    const closed = Object.keys(appRouter._def.procedures).filter((path) => !open.includes(path));
    expect(closed).not.toHaveLength(0);
    for (const path of closed) {
      const answers = await Promise.all([fetch(`${world.url}/trpc/${path}`), post(path, {})]);
      const bodies = await Promise.all(answers.map((answer) => answer.text()));
      expect(
        bodies.some((body) => body.includes('"reason":"login_required"')),
        path,
      ).toBe(true);
      expect(
        bodies.some((body) => body.includes('"result"')),
        path,
      ).toBe(false);
    }
  });

  test.each(['https://evil.example', 'null', 'http://localhost:1'])(
    'threat 16: a call from %s changes nothing',
    async (origin) => {
      const response = await post('auth.login', { username: 'susan', password: 'cat' }, { origin });
      expect(response.status).toBe(403);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await response.text()).toContain('"reason":"cross_site"');
    },
  );

  test('threat 16: a mutation is not done by GET', async () => {
    const { api, cookies } = await signedIn();
    const response = await fetch(`${world.url}/trpc/auth.logout`, { headers: { cookie: cookies.header() } });
    expect(response.status).toBe(405);
    expect(await api.auth.me.query()).not.toBeNull();
  });

  test('threat 19: no reply is stored anywhere', async () => {
    for (const path of ['/trpc/auth.me', '/healthz', '/nowhere']) {
      expect((await fetch(world.url + path)).headers.get('cache-control'), path).toBe('no-store');
    }
  });

  test('threat 20: a body over the limit is refused', async () => {
    expect((await post('auth.login', { username: 'x'.repeat(70_000), password: 'x' })).status).toBe(413);
  });

  test('threat 20: a batch over the limit is refused', async () => {
    const many = Array.from({ length: 11 }, () => 'auth.me').join(',');
    expect((await fetch(`${world.url}/trpc/${many}?batch=1`)).status).toBe(400);
  });

  test('threat 20: whatever is sent as input or cookie, nothing makes a 5xx', async () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        { username: 'a\u0000b', password: '\u0000' },
        { username: '\ud800', password: '\udfff' },
      ),
    );
    const header = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', '_', '-', '=', ';', '%', '"', '\\', ',', ' ', '\t', '~', 'ÿ'),
    });
    await fc.assert(
      fc.asyncProperty(
        anything,
        header,
        fc.constantFrom('auth.login', 'auth.register', 'auth.logout', 'nope'),
        async (input, cookie, path) => {
          const response = await post(path, input, { cookie: `latchkey_session=${cookie}` });
          expect(response.status).toBeLessThan(500);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ['an opened brace', '{'],
    ['an opened quote', '"'],
    ['nothing', ''],
    ['null', 'null'],
    ['half a list', '[1'],
    ['a number beyond numbers', '{"a":1e999}'],
    ['twenty thousand brackets', '['.repeat(20_000)],
  ])('threat 20: a body of %s makes no 5xx', async (_, body) => {
    for (const path of ['auth.login', 'auth.register', 'auth.resetPassword']) {
      const response = await fetch(`${world.url}/trpc/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  });

  test('threat 32: an error tells nothing of the inside', async () => {
    const body = await (await post('auth.login', { username: 1 })).text();
    expect(body).not.toMatch(/stack|node_modules|\.ts|zod/i);
  });
});

test('threat 34: it says that it is up and ready, and not ready once the schema is another', async () => {
  const own = await startTestApi();
  expect(await (await fetch(`${own.url}/healthz`)).text()).toBe('up\n');
  expect((await fetch(`${own.url}/readyz`)).status).toBe(200);
  await own.database.orm.migrator.logMigration('Migration29990101000000_from_the_future');
  expect((await fetch(`${own.url}/readyz`)).status).toBe(503);
  await own.stop();
});
