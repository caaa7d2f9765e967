import { expect, test, vi } from 'vitest';

const engines = ['sqlite', 'postgresql', 'mysql'].map((engine) => ({ engine, problem: null }));

test.each([
  ['1', ['sqlite'], true],
  ['', ['sqlite', 'postgresql', 'mysql'], false],
])('LATCHKEY_FAST="%s" runs on %j; leaves out slow files: %s', async (value, names, isSlowExcluded) => {
  vi.stubEnv('LATCHKEY_FAST', value);
  vi.resetModules();
  const { engineProjects, testOptions } = await import('./vitest-options.mjs');
  vi.unstubAllEnvs();

  const projects = engineProjects(engines, { onEach: ['*.test.ts'] }, './clean-up.ts');

  expect(projects.map(({ test: { name } }) => name)).toEqual(names);
  expect(testOptions.exclude.includes('**/*.slow.test.*')).toBe(isSlowExcluded);
});

test('files that change shared modules run in isolated projects, and not in the others', async () => {
  const { engineProjects } = await import('./vitest-options.mjs');
  const files = { onEach: ['a.test.ts'], once: ['*.test.ts'], isolatedOnEach: ['b.test.ts'] };

  const [shared, isolated, ...others] = engineProjects(engines, files, './clean-up.ts');

  expect(shared?.test).toMatchObject({ name: 'sqlite', exclude: expect.arrayContaining(['b.test.ts']) });
  expect(isolated?.test).toMatchObject({ name: 'sqlite, isolated', include: ['b.test.ts'], isolate: true });
  expect(others).toHaveLength(4);
});
