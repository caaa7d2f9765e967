import { execFile } from 'node:child_process';
import { join } from 'node:path';

export type Ended = { code: number; out: string; err: string };

/** Runs a command as `pnpm users …` does, without a terminal. */
export function runUsers(
  words: string[],
  databaseUrl: string,
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, '../users.ts');
    const settings = { env: { ...process.env, DATABASE_URL: databaseUrl, ...env } };
    const child = execFile(process.execPath, [program, ...words], settings, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
    child.stdin?.end(input);
  });
}
