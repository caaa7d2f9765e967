import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseSteps, renameSubjects, takeStep } from '@latchkey/docs/follow-page';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareClone, interrupt, npmStart, runIn, untilStopped, type Started } from './bare-clone.ts';
import { freePort } from './free-port.ts';

let clone: string;
/** The output of two `npm start` that ran at the same time. */
let firstOutputs: string[];
/** The cookies of a browser that signed in with "remember me" at either of them. */
let firstCookies: string[];

/** Installing and building takes minutes. */
const timeoutMs = 600_000;

beforeAll(async () => {
  clone = await bareClone();
  const starts = [await start(), await start()];
  const urls = await Promise.all(starts.map(({ ready }) => ready));
  firstCookies = await Promise.all(urls.map((url) => signIn(url, 'susan', 'cat')));
  await Promise.all(starts.map(interrupt));
  firstOutputs = starts.map(({ output }) => output());
}, timeoutMs);
afterAll(() => rm(clone, { recursive: true, force: true }));

describe('npm start in a bare clone, in a shell without pnpm', () => {
  test('two starts at the same time both get ready, and one installs [T35]', () => {
    for (const cookies of firstCookies) expect(cookies).toContain('latchkey_session=');
    expect(firstOutputs.filter((output) => output.includes('Installing'))).toHaveLength(1);
  });

  test('Git sees no change after a start', async () => {
    expect(await runIn(clone, 'git status --porcelain')).toEqual({ code: 0, output: '' });
  });

  test('the next start prints only its address and the demo sign-in', async () => {
    const port = await freePort();
    const again = npmStart(clone, { PORT: port });
    await again.ready;
    await expect.poll(again.output).toContain('susan');
    await interrupt(again);
    expect(again.output().split('\n').filter(Boolean)).toEqual([
      `ready on http://localhost:${port}`,
      'Sign in as susan with the password cat.',
    ]);
  });

  test('a remembered browser is still signed in after a restart', async () => {
    const again = await start();
    const headers = { cookie: firstCookies[0] ?? '' };
    const home = await fetch(await again.ready, { headers, redirect: 'manual' });
    expect(home.status).toBe(200);
    expect(await home.text()).toContain('Stays signed in');
    await interrupt(again);
  });

  test('the site stops when npm is killed', async () => {
    const started = await start();
    const url = await started.ready;
    if (started.child.pid) process.kill(-started.child.pid, 'SIGKILL');
    await started.ended;
    await untilStopped(url);
  });

  /** Starts with an error. @returns the only line of output */
  async function errorWith(env: Record<string, string>): Promise<string> {
    const started = npmStart(clone, env);
    expect(await started.ended).toBe(1);
    const lines = started.output().split('\n').filter(Boolean);
    expect(lines, started.output()).toHaveLength(1);
    return lines[0] ?? '';
  }

  test('a port in use is reported with how to choose another [T35]', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    // The cast: a server that listens on a port has an address with one.
    const { port } = server.address() as AddressInfo;
    expect(await errorWith({ PORT: String(port) })).toMatch(new RegExp(`^Port ${port} .*PORT=`));
    server.close();
  });

  test('a file that is not a database is reported and left unchanged', async () => {
    const file = join(clone, 'data', 'letter.txt');
    const text = 'Dear Susan, this is not a database. '.repeat(100);
    await writeFile(file, text);
    const error = await errorWith({ PORT: await freePort(), DATABASE_URL: 'sqlite:./data/letter.txt' });
    expect(error).toContain(`${file} is not a SQLite database.`);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('a data folder that cannot be created is reported', async () => {
    const error = await errorWith({ PORT: await freePort(), DATABASE_URL: 'sqlite:/dev/null/app.db' });
    expect(error).toMatch(/^\/dev\/null\/app\.db cannot be opened/);
  });

  test('an invalid variable is reported with the value found and the values expected', async () => {
    expect(await errorWith({ PORT: 'eighty' })).toBe(
      'PORT: found "eighty"; expected a port number from 0 to 65535.',
    );
  });
});

describe('docs/your-first-table.md, followed in the same clone', () => {
  const commands: { command: string; code: number; output: string }[] = [];
  let site: Started;
  let url: string;

  beforeAll(async () => {
    const page = await readFile(join(clone, 'docs/your-first-table.md'), 'utf8');
    for (const step of parseSteps(renameSubjects(page, { note: 'footnote' }))) {
      takeStep(clone, step);
      if (step.kind === 'run')
        commands.push({ command: step.command, ...(await runIn(clone, step.command)) });
    }
    site = await start();
    url = await site.ready;
  }, timeoutMs);
  afterAll(() => interrupt(site));

  test('every command succeeds', () => {
    const failed = commands.filter(({ code }) => code !== 0);
    expect(failed).toEqual([]);
    expect(commands.map(({ command }) => command)).toEqual([
      expect.stringMatching(/^pnpm db migrate /),
      'pnpm db upgrade',
      expect.stringMatching(/^pnpm --filter @latchkey\/db test /),
      expect.stringMatching(/^pnpm --filter @latchkey\/db-tools test /),
    ]);
  });

  test('the commands generate and apply the migrations, and run the test', () => {
    const [migrate, upgrade, tests] = commands.map(({ output }) => output);
    for (const engine of ['sqlite', 'postgresql', 'mysql']) {
      expect(migrate).toMatch(new RegExp(`migrations/${engine}/Migration\\d+_footnotes_of_people\\.ts`));
    }
    expect(upgrade).toMatch(/^applied Migration\d+_footnotes_of_people$/m);
    expect(tests).toContain('footnote-store.test.ts');
  });

  // One program has the types of all packages and of the API.
  test.each(['tooling/typescript', 'apps/web'])('the types that %s checks are correct', async (workspace) => {
    const { code, output } = await runIn(clone, `pnpm --dir ${workspace} run types`);
    expect(code, output).toBe(0);
  });

  // Those that depend on the entities, the migrations and the procedures of an application.
  test.each([
    'pnpm db check',
    'pnpm import-rules',
    'pnpm --filter @latchkey/cli test src/db-migrations.test.ts src/shell/interactive.test.ts',
    'pnpm --filter @latchkey/api test src/requests.test.ts',
  ])(
    'a product that keeps the result passes %s',
    async (command) => {
      const { code, output } = await runIn(clone, command);
      expect(code, output).toBe(0);
    },
    timeoutMs,
  );

  test('the page requires a sign-in', async () => {
    const response = await fetch(`${url}/footnotes`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login?next=%2Ffootnotes']);
  });

  test('a note is shown to its author only', async () => {
    const [susan, sam] = [await openNotes('susan', 'cat'), await openNotes('sam', 'dog')];
    expect((await susan.post('add', { text: 'Buy <oat> milk' })).status).toBe(303);
    expect(await susan.read()).toContain('Buy &lt;oat> milk');
    expect(await sam.read()).not.toContain('milk');
  });

  test('removing a note of another user is answered like removing an unknown one', async () => {
    const [susan, sam] = [await openNotes('susan', 'cat'), await openNotes('sam', 'dog')];
    await susan.post('add', { text: 'Call Bob' });
    for (const id of [await susan.idOf('Call Bob'), 'unknown']) {
      const refused = await sam.post('remove', { id });
      expect(refused.status).toBe(404);
      expect(await refused.text()).toContain('This footnote does not exist.');
    }
    expect(await susan.read()).toContain('Call Bob');
  });

  test('the author removes a note', async () => {
    const susan = await openNotes('susan', 'cat');
    await susan.post('add', { text: 'Water the plants' });
    expect((await susan.post('remove', { id: await susan.idOf('Water the plants') })).status).toBe(303);
    expect(await susan.read()).not.toContain('plants');
  });

  test('an empty note is answered with an error beside the field', async () => {
    const refused = await (await openNotes('susan', 'cat')).post('add', { text: ' ' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Enter a text.');
  });

  /** The page of a signed-in user's notes. */
  async function openNotes(username: string, password: string) {
    const headers = { cookie: await signIn(url, username, password) };
    const read = async () => (await fetch(`${url}/footnotes`, { headers })).text();
    return {
      read,
      async idOf(text: string): Promise<string> {
        const [, after = ''] = (await read()).split(text);
        return /name="id" value="([^"]+)"/.exec(after)?.[1] ?? '';
      },
      post: (action: string, fields: Record<string, string>) =>
        fetch(`${url}/footnotes?/${action}`, {
          method: 'POST',
          headers,
          body: new URLSearchParams(fields),
          redirect: 'manual',
        }),
    };
  }
});

const start = async () => npmStart(clone, { PORT: await freePort() });

/** Signs in with "remember me". @returns the `Cookie` header */
async function signIn(url: string, username: string, password: string): Promise<string> {
  const body = new URLSearchParams({ username, password, remember: 'on' });
  const response = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}
