import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { RESULTS_FILE } from './summary-reporter.mjs';

test('every outcome of a test is recorded, with its reason', async () => {
  const { results, code } = await vitestRun({
    'users.test.mjs': `
      import { beforeAll, describe, expect, test } from 'vitest';
      describe('users', () => {
        test('can be stored', () => {});
        test('on PostgreSQL', ({ skip }) => skip('no PostgreSQL here'));
        test.skip('on a Sunday', () => {});
        test.todo('can be merged');
        test('are counted', () => expect(1, 'one user').toBe(2));
      });
      describe('mail', () => {
        beforeAll(() => { throw new Error('no mail server'); });
        test('arrives', () => {});
      });
    `,
    'broken.test.mjs': `import './nowhere.mjs';`,
    'late.test.mjs': `import { test } from 'vitest'; test('passes', () => { Promise.reject(new Error('too late')); });`,
  });
  expect(code).toBe(1);
  expect(results).toMatchObject({ passed: 2, failed: 4 });
  expect(results.skipped).toEqual([
    { name: 'users.test.mjs > users > on PostgreSQL', reason: 'no PostgreSQL here' },
    { name: 'users.test.mjs > users > on a Sunday', reason: 'no reason given' },
    { name: 'users.test.mjs > users > can be merged', reason: 'not written yet' },
    { name: 'users.test.mjs > mail > arrives', reason: 'its beforeAll failed' },
  ]);
  expect(results.failures).toEqual(
    expect.arrayContaining([
      { name: 'users.test.mjs > users > are counted', reason: expect.stringContaining('one user') },
      { name: 'users.test.mjs > mail', reason: 'no mail server' },
      { name: 'broken.test.mjs', reason: expect.stringContaining('nowhere.mjs') },
      { name: 'outside of a test', reason: 'too late' },
    ]),
  );
});

test('results name the engine, and tests of an engine without a server are skipped', async () => {
  const options = JSON.stringify(join(import.meta.dirname, 'vitest-options.mjs'));
  const { results, code } = await vitestRun({
    'store.test.mjs': `
      import { beforeAll, expect, test } from 'vitest';
      const engine = process.env.LATCHKEY_TEST_ENGINE;
      beforeAll(() => { if (engine === 'mysql') throw new Error('connected to a missing server'); });
      test('stores', () => expect(engine).not.toBe('mysql'));
      test('finds', () => expect(engine, 'the engine').toBe('sqlite'));
    `,
    'once.test.mjs': `import { test } from 'vitest'; test('counts', () => {});`,
    'nothing.mjs': 'export default () => {};',
    'engines.mjs': `
      import { engineProjects } from ${options};
      export const projects = engineProjects(
        [
          { engine: 'sqlite', problem: null },
          { engine: 'postgresql', problem: null },
          { engine: 'mysql', problem: 'no MySQL or MariaDB server at 127.0.0.1:1' },
        ],
        { onEach: ['store.test.mjs'], once: ['*.test.mjs'] },
        './nothing.mjs',
      );
    `,
  });
  expect(code).toBe(1);
  expect(results).toEqual({
    passed: 4,
    failed: 1,
    skipped: ['stores', 'finds'].map((name) => ({
      name: `[mysql] store.test.mjs > ${name}`,
      reason: 'no MySQL or MariaDB server at 127.0.0.1:1',
    })),
    failures: [
      { name: '[postgresql] store.test.mjs > finds', reason: expect.stringContaining('the engine') },
    ],
  });
});

/**
 * @param {Record<string, string>} files a package's tests, and optionally `engines.mjs` with its projects
 */
async function vitestRun(files) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-reporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'));
  const reporter = join(import.meta.dirname, 'summary-reporter.mjs');
  const reporters = `reporters: [${JSON.stringify(reporter)}]`;
  const config = files['engines.mjs']
    ? `import { projects } from './engines.mjs'; export default { test: { ${reporters}, projects } };`
    : `export default { test: { ${reporters} } };`;
  for (const [name, content] of Object.entries({ ...files, 'vitest.config.mjs': config })) {
    writeFileSync(join(folder, name), content);
  }

  const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
  const env = { ...process.env, LATCHKEY_FAST: undefined };
  const run = spawn(process.execPath, [vitest, 'run'], { cwd: folder, env, stdio: 'ignore' });
  const [code] = await once(run, 'close');
  return { code, results: JSON.parse(readFileSync(join(folder, RESULTS_FILE), 'utf8')) };
}
