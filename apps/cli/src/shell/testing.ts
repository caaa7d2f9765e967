import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { hashPassword } from '@latchkey/auth';
import { openDatabase, seedDemoUsers, upgrade, type Engine } from '@latchkey/db';
import { temporaryDatabase } from '@latchkey/db/testing';

export type Ended = { code: number | null; out: string; err: string; all: string };

export type RunOptions = {
  input?: string;
  env?: Record<string, string>;
  /** Sent after the first output. */
  killWith?: NodeJS.Signals;
};

/** A new database with the demo users, and `pnpm shell` on it. */
export async function shellOnDemoUsers(engine?: Engine): Promise<{
  url: string;
  folder: string;
  run(words: string[], options?: RunOptions): Promise<Ended>;
  remove: () => Promise<void>;
}> {
  const place = await temporaryDatabase(engine);
  const { url, folder } = place;
  const database = await openDatabase(url);
  await upgrade(database);
  await seedDemoUsers(database, hashPassword);
  await database.close();
  return {
    url,
    folder,
    run: (words, options) => runShell(url, words, options),
    remove: () => place.remove(),
  };
}

/** Runs `pnpm shell` without a terminal. */
function runShell(
  url: string,
  words: string[],
  { input = '', env = {}, killWith }: RunOptions = {},
): Promise<Ended> {
  const shell = spawn(process.execPath, [join(import.meta.dirname, '../shell.ts'), ...words], {
    env: { ...process.env, DATABASE_URL: url, ...env },
  });
  const ended: Ended = { code: null, out: '', err: '', all: '' };
  shell.stdout.on('data', (text: Buffer) => {
    ended.out += text.toString();
    ended.all += text.toString();
  });
  if (killWith) shell.stdout.once('data', () => shell.kill(killWith));
  shell.stderr.on('data', (text: Buffer) => {
    ended.err += text.toString();
    ended.all += text.toString();
  });
  shell.stdin.end(input);
  return new Promise((resolve) => {
    shell.on('close', (code) => {
      resolve({ ...ended, code });
    });
  });
}
