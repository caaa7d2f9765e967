import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { appRouter } from './app-router.ts';
import { reasonOf, refusalOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// The contents of HTTP requests and responses, which do not depend on the engine.

const passphrase = 'correct horse battery staple';
const susan = { username: 'susan', password: 'cat' };

/** Reads the body too: a connection with an unread one is not used again. */
async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.arrayBuffer();
  return response.status;
}

const cookieOf = (response: Response) => response.headers.getSetCookie()[0] ?? '';

describe('a failed sign-in', () => {
  test('has one status, text and size for unknown users and wrong passwords [T3]', async ({
    sharedWorld,
  }) => {
    const [wrong, unknown] = await Promise.all(
      ['susan', 'unknown'].map(async (username) => {
        const response = await sharedWorld.post('auth.login', { username, password: 'wrong' });
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

  test('takes the same time for unknown users and wrong passwords [T3]', async ({ start }) => {
    const world = await start({ PASSWORD_HASHING: 'standard' });
    // CPU time, of which a hash is most: on a busy machine, elapsed time says little.
    const costs = { susan: [] as number[], unknown: [] as number[] };
    for (let i = 0; i < 9; i++) {
      for (const username of ['susan', 'unknown'] as const) {
        const before = process.cpuUsage();
        await statusOf(world.post('auth.login', { username, password: 'wrong' }));
        const { user, system } = process.cpuUsage(before);
        costs[username].push(user + system);
      }
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[4] ?? 0;
    // Without a hash for unknown users, the ratio would be at most 0.2.
    expect(median(costs.unknown) / median(costs.susan)).toBeGreaterThan(0.5);
  });

  test('has a sentence for each empty field', async ({ sharedWorld }) => {
    expect(await refusalOf(sharedWorld.signIn(' ', ''))).toMatchObject({
      reason: 'invalid_input',
      status: 400,
      fields: { username: 'Enter your user name or e-mail address.', password: 'Enter your password.' },
    });
  });
});

describe('the session cookie', () => {
  test('is HttpOnly, SameSite=Lax and ends with the browser [T12]', async ({ sharedWorld }) => {
    expect(cookieOf(await sharedWorld.post('auth.login', susan))).toMatch(
      /^latchkey_session=[\w-]+; HttpOnly; Path=\/; SameSite=Lax$/,
    );
  });

  test('comes with a remember cookie that outlives the browser', async ({ sharedWorld }) => {
    const answer = await sharedWorld.post('auth.login', { ...susan, remember: true });
    const [session, remember] = answer.headers.getSetCookie();
    expect(session).toMatch(/^latchkey_session=/);
    expect(session).not.toContain('Max-Age');
    expect(remember).toMatch(
      /^latchkey_remember=r_[^;]+; HttpOnly; Max-Age=3153(5999|6000); Path=\/; SameSite=Lax$/,
    );
  });

  test('is Secure and has the __Host- prefix over HTTPS [T12]', async ({ start }) => {
    const secure = await start({ ORIGIN: 'https://login.example.com' });
    expect(cookieOf(await secure.post('auth.login', susan))).toMatch(
      /^__Host-latchkey_session=[^;]+; HttpOnly; Path=\/; SameSite=Lax; Secure$/,
    );
  });

  test('is set by a streamed answer too', async ({ sharedWorld }) => {
    const streamed = { 'trpc-accept': 'application/jsonl' };
    expect(cookieOf(await sharedWorld.post('auth.login', susan, streamed))).toContain('latchkey_session=');
  });

  test('is not set by a request that does not read the session', async ({ sharedWorld }) => {
    const { cookies } = await sharedWorld.signedInAs('susan');
    const response = await fetch(`${sharedWorld.url}/healthz`, { headers: { cookie: cookies.header() } });
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

test('signing out without a session succeeds', async ({ sharedWorld }) => {
  expect(await sharedWorld.browser().api.auth.logout.mutate()).toEqual({ signedOut: true });
});

describe('registering', () => {
  test('has a sentence for each wrong field at once', async ({ sharedWorld }) => {
    const form = { username: 'a b', email: 'nowhere', password: 'short' };
    const { fields } = await refusalOf(sharedWorld.browser().api.auth.register.mutate(form));
    expect(Object.keys(fields).sort()).toEqual(['email', 'password', 'username']);
  });

  test.for([
    ['address', { email: 'nowhere', password: passphrase }],
    ['password', { email: 'a@example.org', password: 'short' }],
  ] as const)('reports a taken name together with a wrong %s', async ([, wrong], { sharedWorld }) => {
    const { register } = sharedWorld.browser().api.auth;
    const refused = await refusalOf(register.mutate({ username: 'SUSAN', ...wrong }));
    expect(refused.reason).toBe('invalid_input');
    expect(Object.keys(refused.fields)).toHaveLength(2);
    expect(refused.fields).toHaveProperty('username', 'That user name is taken. Choose another one.');
  });

  const good = { username: 'fine', email: 'a@example.org', password: passphrase };

  test.for([
    ['username', 'nothing', ''],
    ['username', 'a space', 'a b'],
    ['username', 'an address', 'me@example.org'],
    ['username', 'a variation selector', 'susan\u{FE0F}'],
    ['username', 'a filler character', '\u3164'],
    ['username', 'HTML', '<script>'],
    ['username', '65 characters', 'x'.repeat(65)],
    ['email', 'nothing', ''],
    ['email', 'no @', 'nowhere'],
    ['email', 'a second header', 'a@b\r\nbcc:c@d.example'],
    ['password', '5 characters', 'short'],
    ['password', 'nothing', ''],
    ['password', '257 characters', 'x'.repeat(257)],
  ] as const)('refuses %s (%s) with a sentence', async ([field, , value], { sharedWorld }) => {
    const form = { ...good, [field]: value };
    const refused = await refusalOf(sharedWorld.browser().api.auth.register.mutate(form));
    expect(refused).toMatchObject({ reason: 'invalid_input', status: 400 });
    expect(refused.fields[field]).toMatch(/\w+.*\.$/);
  });
});

describe('a procedure', () => {
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
    'site.settings',
    // Outside production only, and only without a mail server.
    'development.mails',
    'development.mail',
  ];

  test('needs a session, unless it is listed as open [T26]', async ({ sharedWorld }) => {
    const closed = Object.keys(appRouter._def.procedures).filter((path) => !open.includes(path));
    expect(closed).not.toHaveLength(0);
    for (const path of closed) {
      const answers = [await fetch(`${sharedWorld.url}/trpc/${path}`), await sharedWorld.post(path, {})];
      const bodies = (await Promise.all(answers.map((answer) => answer.text()))).join('\n');
      expect(bodies, path).toContain('"reason":"login_required"');
      expect(bodies, path).not.toContain('"result"');
    }
  });

  test.for(['https://evil.example', 'null', 'http://localhost:1'])(
    'changes nothing when called from the origin %s [T16]',
    async (origin, { sharedWorld }) => {
      const response = await sharedWorld.post('auth.login', susan, { origin });
      expect(response.status).toBe(403);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await response.text()).toContain('"reason":"cross_site"');
    },
  );

  test('that changes data refuses GET [T16]', async ({ sharedWorld }) => {
    const signedIn = await sharedWorld.signedInAs('susan');
    const headers = { cookie: signedIn.cookies.header() };
    expect(await statusOf(fetch(`${sharedWorld.url}/trpc/auth.logout`, { headers }))).toBe(405);
    expect(await signedIn.whoAmI()).toBe('susan');
  });

  test('refuses a body over the limit [T20]', async ({ sharedWorld }) => {
    const body = { username: 'x'.repeat(70_000), password: 'x' };
    expect(await statusOf(sharedWorld.post('auth.login', body))).toBe(413);
  });

  test('refuses a batch over the limit [T20]', async ({ sharedWorld }) => {
    const many = Array.from({ length: 11 }, () => 'auth.me').join(',');
    expect(await statusOf(fetch(`${sharedWorld.url}/trpc/${many}?batch=1`))).toBe(400);
  });

  // Not `unit: 'binary'`, which takes a second of CPU to create, and leaves out halves of surrogate pairs.
  const character = fc.nat(0x10_ff_ff).map((code) => String.fromCodePoint(code));
  const input = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: character }),
    fc.constantFrom({ username: 'a\u0000b', password: '\u0000' }, { username: '\ud800', password: '\udfff' }),
  );
  const cookie = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '_', '-', '=', ';', '%', '"', '\\', ',', ' ', '\t', '~', 'ÿ'),
  });
  const path = fc.constantFrom('auth.login', 'auth.register', 'auth.logout', 'nope');

  test('answers no random input or cookie with a 5xx [T20]', async ({ sharedWorld }) => {
    await fc.assert(
      fc.asyncProperty(path, input, cookie, async (path, input, cookie) => {
        const answer = sharedWorld.post(path, input, { cookie: `latchkey_session=${cookie}` });
        expect(await statusOf(answer)).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });

  const postText = (world: TestApi, path: string, body: string) =>
    fetch(`${world.url}/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  test.for([
    ['an open brace', '{'],
    ['an open quote', '"'],
    ['nothing', ''],
    ['null', 'null'],
    ['half a list', '[1'],
    ['a number out of range', '{"a":1e999}'],
    ['20,000 brackets', '['.repeat(20_000)],
  ] as const)('answers a body of %s with a 4xx [T20]', async ([, body], { sharedWorld }) => {
    for (const path of ['auth.login', 'auth.register', 'auth.resetPassword']) {
      const status = await statusOf(postText(sharedWorld, path, body));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });

  test('shows no internals in an error [T32]', async ({ sharedWorld }) => {
    const body = await (await sharedWorld.post('auth.login', { username: 1 })).text();
    expect(body).not.toMatch(/stack|node_modules|\.ts|zod/i);
  });
});

test('no answer is stored by caches [T19]', async ({ sharedWorld }) => {
  for (const path of ['/trpc/auth.me', '/healthz', '/nowhere']) {
    expect((await fetch(sharedWorld.url + path)).headers.get('cache-control'), path).toBe('no-store');
  }
});

test('the development mailbox is missing in production', async ({ sharedWorld, start }) => {
  expect(await reasonOf(sharedWorld.browser().api.development.mails.query())).toBeNull();
  const production = await start({ NODE_ENV: 'production', ORIGIN: 'https://login.example.com' });
  const { development } = production.browser().api;
  expect(await reasonOf(development.mails.query())).toBe('unknown_procedure');
  expect(await reasonOf(development.mail.query({ id: 'x' }))).toBe('unknown_procedure');
});
