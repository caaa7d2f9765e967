import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The environment of a shell outside of this workspace, without its pnpm and its Node. */
export const bareEnvironment = {
  ...process.env,
  PATH: process.env['PATH']
    ?.split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
  // The pnpm and turbo that run these tests would affect the clone through their variables.
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(npm_|pnpm_|turbo_|node_env|vitest|init_cwd|node_path)/i.test(name))
      .map((name) => [name, undefined]),
  ),
  LATCHKEY_VERBOSE: undefined,
};

/** Copies the repository's files, uncommitted changes included, into a new Git repository. */
export async function bareClone(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-clone-'));
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    // Git also lists files whose deletion is not committed yet.
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
  /** Resolves with the site's URL. */
  ready: Promise<string>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
};

/** Runs `npm start` in the clone, in a process group of its own, as a terminal does. */
export function npmStart(clone: string, env: Record<string, string>): Started {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: clone,
    env: { ...bareEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  // The cast: the arguments of the event.
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

/** Sends SIGINT to the whole process group, as Ctrl-C does, and waits until the site is stopped. */
export async function interrupt({ child, ended, ready }: Started): Promise<void> {
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  await ended;
  await untilStopped(await ready);
}

/** Waits until no server answers at the URL. */
export const untilStopped = (url: string): Promise<boolean> =>
  vi.waitUntil(
    () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    { timeout: 20_000 },
  );

/** Runs a command in the clone, in a shell with the clone's own pnpm. */
export async function runIn(clone: string, command: string): Promise<{ code: number; output: string }> {
  const PATH = `${join(clone, 'node_modules/.bin')}${delimiter}${bareEnvironment.PATH ?? ''}`;
  const child = spawn(command, { cwd: clone, shell: true, env: { ...bareEnvironment, PATH } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  // The cast: a process that was not killed ends with a number.
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
