import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/** Prints the package of each module that a command loads: its name, or its folder here. */
const printPackages = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const [, dependency, own] = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)|.*\\/((?:packages|apps)\\/[^/]+)/.exec(url) ?? [];
      packages.add(dependency ?? own ?? 'node');
      return next(url, context);
    },
  });
  process.on('exit', () => process.stderr.write(JSON.stringify([...packages])));
`;

async function packagesOf(program: string, words: string[]): Promise<string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(printPackages)}`;
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', hook, join(import.meta.dirname, program), ...words],
    { env: { ...process.env, DATABASE_URL: 'sqlite::memory:' } },
  );
  // The cast: what the hook above prints.
  return JSON.parse(stderr) as string[];
}

describe('start-up', () => {
  test.each(['users.ts', 'db.ts', 'shell.ts'])('%s --help loads the command line alone', async (program) => {
    expect((await packagesOf(program, ['--help'])).sort()).toEqual([
      'apps/cli',
      'commander',
      'node',
      'packages/config',
    ]);
  });
});
