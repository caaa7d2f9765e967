import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What the shell of a newcomer has: nothing of this workspace's, so neither its pnpm nor its Node. */
const bareEnvironment = {
  ...process.env,
  PATH: process.env['PATH']
    ?.split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
  // Variables with which the surrounding pnpm and turbo would reach into the clone.
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(npm_|pnpm_|turbo_|node_env|vitest|init_cwd|node_path)/i.test(name))
      .map((name) => [name, undefined]),
  ),
  LATCHKEY_VERBOSE: undefined,
};

let clone: string;

beforeAll(async () => {
  clone = await bareClone();
});
afterAll(() => rm(clone, { recursive: true, force: true }));

/** The repository as git has it, uncommitted changes included, in a folder of its own. */
async function bareClone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-clone-'));
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    // A file that was deleted and not yet committed is listed, and not there.
    await copyFile(join(root, file), join(folder, file)).catch(() => undefined);
  }
  const git = (...words: string[]) => run('git', words, { cwd: folder });
  await git('init', '--quiet');
  await git('add', '--all');
  await git(
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.com',
    'commit',
    '--quiet',
    '--message',
    'all',
  );
  return folder;
}

type Started = {
  child: ChildProcess;
  output: () => string;
  ready: Promise<string>;
  ended: Promise<number | null>;
};

/** `npm start` in the clone, in a process group of its own, as a terminal has it. */
function npmStart(env: Record<string, string>): Started {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: clone,
    env: { ...bareEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const ready = new Promise<string>((resolveReady, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, url] = /^ready on (\S+)$/m.exec(output) ?? [];
      if (url) resolveReady(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => {
      reject(new Error(`npm start ended before it was ready:\n${output}`));
    });
  });
  ready.catch(() => undefined);
  return { child, output: () => output, ready, ended };
}

/** Ctrl-C in a terminal: the whole foreground group gets it. */
async function interrupt({ child, ended, ready }: Started): Promise<void> {
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  await ended;
  await isGone(await ready);
}

const isGone = (url: string) =>
  expect
    .poll(
      () =>
        fetch(url).then(
          () => 'there',
          () => 'gone',
        ),
      { timeout: 20_000 },
    )
    .toBe('gone');

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

const signsIn = async (url: string) => {
  const body = new URLSearchParams({ username: 'susan', password: 'cat' });
  const response = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' });
  return response.status === 303 && response.headers.getSetCookie().length === 1;
};

describe('npm start in a bare clone, in a shell without pnpm', () => {
  test('threat 35: started twice at once both get ready: one does the work and the other waits', async () => {
    const [first, second] = [npmStart({ PORT: await freePort() }), npmStart({ PORT: await freePort() })];
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
    const again = npmStart({ PORT: port });
    await again.ready;
    await expect.poll(again.output).toContain('susan');
    expect(again.output().split('\n').filter(Boolean)).toEqual([
      `ready on http://localhost:${port}`,
      'Sign in as susan with the password cat.',
    ]);
    await interrupt(again);
  });

  test('ends with the process that started it, even when that is killed', async () => {
    const started = npmStart({ PORT: await freePort() });
    const url = await started.ready;
    if (started.child.pid) process.kill(-started.child.pid, 'SIGKILL');
    await started.ended;
    await isGone(url);
  });

  /** What is said of a mistake: everything that is printed, which is one line and no stack. */
  async function complaint(env: Record<string, string>): Promise<string> {
    const started = npmStart(env);
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
