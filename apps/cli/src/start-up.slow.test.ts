import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnCommand } from './testing.ts';

let temporary: TemporaryDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  temporary = await createMigratedDatabase('sqlite');
  env = { DATABASE_URL: temporary.url };
});
afterAll(() => temporary.remove());

/** Prints the package of each module that is loaded: the name of a dependency, or a folder of the workspace. */
const printPackages = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const [, dependency, own] =
        /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)|.*\\/((?:packages|apps)\\/[^/]+)/.exec(url) ?? [];
      packages.add(dependency ?? own ?? 'node');
      return next(url, context);
    },
  });
  process.on('exit', () => process.stderr.write(JSON.stringify([...packages])));
`;

async function listLoadedPackages(program: string, words: string[]): Promise<string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(printPackages)}`;
  const argv = ['--import', hook, join(import.meta.dirname, program), ...words];
  const { stderr } = await promisify(execFile)(process.execPath, argv, {
    env: { ...process.env, ...env },
  });
  // The cast: the output of the hook.
  return JSON.parse(stderr) as string[];
}

describe('the modules of a command', () => {
  test.each(['users.ts', 'db.ts', 'shell.ts'])(
    'are those of the command line for %s --help',
    async (name) => {
      expect((await listLoadedPackages(name, ['--help'])).sort()).toEqual([
        'apps/cli',
        'commander',
        'node',
        'packages/config',
      ]);
    },
  );

  test.each([
    ['users.ts', ['list']],
    ['db.ts', ['current']],
  ])('do not include mail, passwords, the API or other engines for %s %j', async (name, words) => {
    const loaded = await listLoadedPackages(name, words);
    expect(loaded).toContain('@mikro-orm/sqlite');
    const ours = [/^apps\/api/, /^packages\/(auth|db-tools|mail|user-import)/];
    const heavy = [
      /zxcvbn/,
      /argon2/,
      /trpc/,
      /nodemailer/,
      /^pino/,
      /bowser/,
      /clack/,
      /sql-formatter/,
      /acorn/,
    ];
    const drivers = [/^pg$/, /^mysql2/, /postgresql/];
    expect(
      loaded.filter((name) => [...ours, ...heavy, ...drivers].some((pattern) => pattern.test(name))),
    ).toEqual([]);
  });
});

describe('the process of a command', () => {
  test('has the exit code 0, and prints to stdout', async () => {
    expect(await spawnCommand('users', ['list'], { env })).toEqual({
      code: 0,
      out: 'No users found.\n',
      err: '',
    });
  });

  test('reads a script from standard input', async () => {
    expect(await spawnCommand('shell', [], { env, input: '1 + 1\nem.count(User)\n' })).toEqual({
      code: 0,
      out: '2\n0\n',
      err: '',
    });
  });

  test('reads a password from standard input', async () => {
    const input = 'seven green doors by the harbour\n';
    expect(await spawnCommand('users', ['create', 'zoe', '--password-stdin'], { env, input })).toEqual({
      code: 0,
      out: 'Added zoe, user.\n',
      err: '',
    });
  });

  test.each([
    ['users', ['show', 'unknown'], /^There is no user unknown\./],
    ['users', ['lst'], /^error: unknown command 'lst'/],
    ['db', ['downgrade', '-0'], /^downgrade: found -0; expected -N/],
    ['shell', ['-e', 'nothing.there'], /^ReferenceError: nothing is not defined$/m],
  ] as const)('has the exit code 1, and prints to stderr: %s %j', async (name, words, message) => {
    expect(await spawnCommand(name, words, { env })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(message),
    });
  });
});
