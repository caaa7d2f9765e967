import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');

/**
 * Starts the API in a process of its own, until the end of the test.
 * @param imports a module that is loaded before
 */
export async function startProcess(env: Record<string, string>, imports?: string) {
  const child = spawn(process.execPath, [...(imports ? ['--import', imports] : []), main], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      LOG_LEVEL: 'silent',
      PASSWORD_HASHING: 'fast',
      SEED_DEMO: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^ready on (\S+)$/.exec(line) ?? [];
    if (url) return { child, url, errors: () => errors };
  }
  throw new Error(`The API ended before it was ready: ${errors}`);
}
