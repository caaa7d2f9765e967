import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Engine } from '@latchkey/db';
import { createDemoDatabase } from '../demo-database.fixture.ts';
import { runCommand, spawnCommand, type CommandOptions, type Ended } from '../testing.ts';

/** `pnpm shell` on a new database with the demo users. */
export type TestShell = {
  url: string;
  folder: string;
  /** Runs it in this process. */
  run(words: string[], options?: CommandOptions): Promise<Ended>;
  /** Runs it in a process of its own. */
  spawn(words: string[], options?: CommandOptions): Promise<Ended>;
  /** Runs it in a process of its own, and sends a signal after the first output. @returns the exit code */
  kill(words: string[], signal: NodeJS.Signals): Promise<number | null>;
  remove: () => Promise<void>;
};

export async function createTestShell(engine?: Engine): Promise<TestShell> {
  const temporary = await createDemoDatabase(engine);
  const { url, folder } = temporary;
  const onDatabase = ({ env = {}, ...options }: CommandOptions = {}) => ({
    ...options,
    env: { DATABASE_URL: url, ...env },
  });
  return {
    url,
    folder,
    run: (words, options) => runCommand('shell', words, onDatabase(options)),
    spawn: (words, options) => spawnCommand('shell', words, onDatabase(options)),
    async kill(words, signal) {
      const env = { ...process.env, DATABASE_URL: url };
      const child = spawn(process.execPath, [join(import.meta.dirname, '../shell.ts'), ...words], { env });
      child.stdout.once('data', () => child.kill(signal));
      // The cast: the arguments of the event.
      const [code] = (await once(child, 'close')) as [number | null];
      return code;
    },
    remove: () => temporary.remove(),
  };
}
