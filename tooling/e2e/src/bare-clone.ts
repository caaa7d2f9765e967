import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What the shell of a newcomer has: nothing of this workspace's, so neither its pnpm nor its Node. */
export const bareEnvironment = {
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

/** The repository as git has it, uncommitted changes included, in a folder of its own. */
export async function bareClone(): Promise<string> {
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

export type Started = {
  child: ChildProcess;
  output: () => string;
  ready: Promise<string>;
  ended: Promise<number | null>;
};

/** `npm start` in the clone, in a process group of its own, as a terminal has it. */
export function npmStart(clone: string, env: Record<string, string>): Started {
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
export async function interrupt({ child, ended, ready }: Started): Promise<void> {
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  await ended;
  await isGone(await ready);
}

/** Waits until nobody answers there any more. */
export const isGone = (url: string): Promise<boolean> =>
  vi.waitUntil(
    () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    { timeout: 20_000 },
  );

export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
