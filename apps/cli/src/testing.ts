import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from './command-line.ts';
import { createDbProgram } from './db/program.ts';
import { createShellProgram } from './shell/program.ts';
import { createUsersProgram } from './users/program.ts';

/** What a command printed, and its exit code. */
export type Ended = { code: number; out: string; err: string };

export type CommandOptions = { env?: Record<string, string>; input?: string | Uint8Array };

const programs = { db: createDbProgram, shell: createShellProgram, users: createUsersProgram };

/** Runs `pnpm NAME …` in this process without a terminal: one at a time, since it replaces the streams of the process. */
export async function runCommand(
  name: keyof typeof programs,
  words: readonly string[],
  { env = {}, input = '' }: CommandOptions = {},
): Promise<Ended> {
  const [out, err] = [textStream(), textStream()];
  const before = { env: process.env, exitCode: process.exitCode };
  const removeListeners = watchListeners();
  const restoreStreams = replaceStreams({
    stdin: Readable.from([Buffer.from(input)]),
    stdout: out,
    stderr: err,
  });
  process.env = { ...before.env, ...env };
  process.exitCode = 0;
  try {
    await run(programs[name](), words);
    return { code: process.exitCode, out: out.text(), err: err.text() };
  } finally {
    restoreStreams();
    removeListeners();
    process.env = before.env;
    process.exitCode = before.exitCode;
  }
}

/** Runs `pnpm NAME …` in a process of its own, without a terminal. */
export function spawnCommand(
  name: keyof typeof programs,
  words: readonly string[],
  { env = {}, input = '' }: CommandOptions = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { env: { ...process.env, ...env } };
    const program = join(import.meta.dirname, `${name}.ts`);
    const child = execFile(process.execPath, [program, ...words], settings, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
    child.stdin?.end(input);
  });
}

function textStream(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}

function replaceStreams(streams: Record<string, unknown>): () => void {
  const before = Object.keys(streams).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const,
  );
  for (const [name, value] of Object.entries(streams)) {
    Object.defineProperty(process, name, { value, configurable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(process, name, descriptor);
    }
  };
}

/** @returns a function that removes the listeners which a command has added to the process */
function watchListeners(): () => void {
  const events = ['SIGHUP', 'SIGINT', 'SIGTERM', 'uncaughtException'];
  const before = events.map((event) => process.rawListeners(event));
  return () => {
    for (const [index, event] of events.entries()) {
      const added = process.rawListeners(event).filter((listener) => !before[index]?.includes(listener));
      // The cast: the listeners of an event, whose type depends on its name.
      for (const listener of added) process.off(event, listener as () => void);
    }
  };
}
