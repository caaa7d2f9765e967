import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stepsOf, takeStep, type Step } from '@latchkey/docs/follow-page';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareClone, bareEnvironment, freePort, interrupt, npmStart, type Started } from './bare-clone.ts';

type Ended = { command: string; code: number; output: string };

let clone: string;
let url: string;
let site: Started | undefined;
const ran: Ended[] = [];

describe('docs/your-first-table.md, followed to the letter in a fresh clone', () => {
  beforeAll(async () => {
    clone = await bareClone();
    await startAndStop();
    const page = await readFile(join(clone, 'docs/your-first-table.md'), 'utf8');
    for (const step of stepsOf(page)) await take(step);
    site = npmStart(clone, { PORT: await freePort() });
    url = await site.ready;
  }, 600_000);
  afterAll(async () => {
    if (site) await interrupt(site);
    await rm(clone, { recursive: true, force: true });
  });

  test('every command does what it is there for', () => {
    expect(
      ran.map(({ command, code, output }) => ({ command, code, ...(code !== 0 && { output }) })),
    ).toEqual(ran.map(({ command }) => ({ command, code: 0 })));
    expect(ran.map(({ command }) => command)).toEqual([
      expect.stringMatching(/^pnpm db migrate /),
      'pnpm db upgrade',
      expect.stringMatching(/^pnpm --filter @latchkey\/db test /),
    ]);
    const [migrated, upgraded, tested] = ran;
    for (const engine of ['sqlite', 'postgresql', 'mysql']) {
      expect(migrated?.output).toMatch(new RegExp(`migrations/${engine}/Migration\\d+_notes_of_people\\.ts`));
    }
    expect(upgraded?.output).toMatch(/^applied Migration\d+_notes_of_people$/m);
    expect(tested?.output).toContain('note-store.test.ts');
  });

  test.each(['packages/db', 'apps/api', 'apps/web'])('the types of %s are right', async (workspace) => {
    const { code, output } = await run(`pnpm --dir ${workspace} run types`);
    expect(code, output).toBe(0);
  });

  test('the page sends whoever is not signed in to the login page', async () => {
    const response = await fetch(`${url}/notes`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login?next=%2Fnotes']);
  });

  test('the page takes a note, shows it to its writer alone, and removes it', async () => {
    const susan = await signIn('susan', 'cat');
    const sam = await signIn('sam', 'dog');
    expect((await susan.post('add', { text: 'Buy <oat> milk' })).status).toBe(303);

    const page = await susan.read();
    expect(page).toContain('Buy &lt;oat> milk');
    expect(await sam.read()).not.toContain('milk');

    const [, id = ''] = /name="id" value="([^"]+)"/.exec(page) ?? [];
    // Somebody else's is refused in the same words as one that does not exist.
    const [others, nobodys] = [await sam.post('remove', { id }), await sam.post('remove', { id: 'none' })];
    expect([others.status, nobodys.status]).toEqual([404, 404]);
    for (const refused of [others, nobodys]) expect(await refused.text()).toContain('There is no such note.');
    expect(await susan.read()).toContain('milk');

    expect((await susan.post('remove', { id })).status).toBe(303);
    expect(await susan.read()).not.toContain('milk');
  });

  test('the page says what is wrong with a note, beside the field', async () => {
    const susan = await signIn('susan', 'cat');
    const refused = await susan.post('add', { text: ' ' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Write something.');
  });
});

/** `npm start` has run once: what is to be installed is, and the demo users are there. */
async function startAndStop(): Promise<void> {
  const first = npmStart(clone, { PORT: await freePort() });
  await first.ready;
  await interrupt(first);
}

async function take(step: Step): Promise<void> {
  takeStep(clone, step);
  if (step.kind === 'run') ran.push(await run(step.command));
}

/** Runs a command in the clone, as in a shell that knows the clone's own pnpm. */
async function run(command: string): Promise<Ended> {
  const PATH = `${join(clone, 'node_modules/.bin')}:${bareEnvironment.PATH ?? ''}`;
  const child = spawn(command, { cwd: clone, shell: true, env: { ...bareEnvironment, PATH } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  // The cast: a process that nobody has killed ends with a number.
  const [code] = (await once(child, 'close')) as [number];
  return { command, code, output };
}

/** Somebody's browser, on the page of the notes. */
async function signIn(username: string, password: string) {
  const body = new URLSearchParams({ username, password });
  const response = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' });
  const headers = { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  return {
    read: async () => (await fetch(`${url}/notes`, { headers })).text(),
    post: (action: string, fields: Record<string, string>) =>
      fetch(`${url}/notes?/${action}`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(fields),
        redirect: 'manual',
      }),
  };
}
