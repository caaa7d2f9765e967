import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareClone, freePort, interrupt, isGone, npmStart } from './bare-clone.ts';

const run = promisify(execFile);

let clone: string;

beforeAll(async () => {
  clone = await bareClone();
});
afterAll(() => rm(clone, { recursive: true, force: true }));

const signsIn = async (url: string) => {
  const body = new URLSearchParams({ username: 'susan', password: 'cat' });
  const response = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' });
  return response.status === 303 && response.headers.getSetCookie().length === 1;
};

describe('npm start in a bare clone, in a shell without pnpm', () => {
  test('threat 35: started twice at once both get ready: one does the work and the other waits', async () => {
    const [first, second] = [
      npmStart(clone, { PORT: await freePort() }),
      npmStart(clone, { PORT: await freePort() }),
    ];
    const urls = await Promise.all([first.ready, second.ready]);
    for (const url of urls) expect(await signsIn(url)).toBe(true);
    const installs = [first, second]
      .map((start) => start.output())
      .filter((text) => text.includes('Installing'));
    expect(installs).toHaveLength(1);

    await Promise.all([interrupt(first), interrupt(second)]);
  }, 300_000);

  test('leaves nothing that git would see', async () => {
    const { stdout } = await run('git', ['status', '--porcelain'], { cwd: clone });
    expect(stdout).toBe('');
  });

  test('started again it installs nothing, builds nothing, and says where it is and how to sign in', async () => {
    const port = await freePort();
    const again = npmStart(clone, { PORT: port });
    await again.ready;
    await expect.poll(again.output).toContain('susan');
    expect(again.output().split('\n').filter(Boolean)).toEqual([
      `ready on http://localhost:${port}`,
      'Sign in as susan with the password cat.',
    ]);
    await interrupt(again);
  });

  test('ends with the process that started it, even when that is killed', async () => {
    const started = npmStart(clone, { PORT: await freePort() });
    const url = await started.ready;
    if (started.child.pid) process.kill(-started.child.pid, 'SIGKILL');
    await started.ended;
    await isGone(url);
  });

  /** What is said of a mistake: everything that is printed, which is one line and no stack. */
  async function complaint(env: Record<string, string>): Promise<string> {
    const started = npmStart(clone, env);
    expect(await started.ended).toBe(1);
    const lines = started.output().split('\n').filter(Boolean);
    expect(lines, started.output()).toHaveLength(1);
    expect(lines[0]).not.toMatch(/^\s+at /);
    return lines[0] ?? '';
  }

  test('threat 35: on a taken port says which, and how to take another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await complaint({ PORT: String(port) })).toMatch(new RegExp(`^Port ${port} is taken\\. .*PORT=`));
    server.close();
  });

  test('on a file that is no database says so, and leaves it as it was', async () => {
    const file = join(clone, 'data', 'letter.txt');
    const letter = 'Dear Susan, this is not a database. '.repeat(100);
    await writeFile(file, letter);
    expect(await complaint({ PORT: await freePort(), DATABASE_URL: 'sqlite:./data/letter.txt' })).toContain(
      `${file} is not a SQLite database.`,
    );
    expect(await readFile(file, 'utf8')).toBe(letter);
  });

  test('on a data folder that cannot be made says so', async () => {
    expect(await complaint({ PORT: await freePort(), DATABASE_URL: 'sqlite:/dev/null/app.db' })).toMatch(
      /^\/dev\/null\/app\.db cannot be opened/,
    );
  });

  test('with a bad variable names it, what was found and what fits', async () => {
    expect(await complaint({ PORT: 'eighty' })).toBe(
      'PORT: found "eighty"; expected a port number from 0 to 65535.',
    );
  });
});
