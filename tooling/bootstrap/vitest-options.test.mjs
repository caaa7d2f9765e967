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
