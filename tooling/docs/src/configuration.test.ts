import { readConfig } from '@latchkey/config';
import { describe, expect, test } from 'vitest';
import { findCodeSpans, findFences } from './markdown.ts';
import { files, read } from './repository.ts';
import {
  openSettings,
  production,
  parseSettings,
  listConfigVariables,
  listFileVariables,
} from './settings.ts';

describe('docs/configuration.md', () => {
  const settings = parseSettings(read('docs/configuration.md'));

  test('lists exactly the variables that are read', () => {
    expect(settings.map(({ variable }) => variable).sort()).toEqual(listConfigVariables().sort());
  });

  describe.each(settings)('$variable', (setting) => {
    const { variable, examples } = setting;

    test('has the default of the table', () => {
      if (setting.default !== null)
        expect(readConfig({ [variable]: setting.default })).toEqual(readConfig({}));
      else
        expect(openSettings(readConfig({ [variable]: examples[0] }))).toBeLessThan(
          openSettings(readConfig({})),
        );
    });

    test.each(examples)('may be %s', (example) => {
      expect(() => readConfig({ ORIGIN: production.ORIGIN, [variable]: example })).not.toThrow();
    });
  });

  test.each(settings.filter(({ variable }) => variable !== 'NODE_ENV'))(
    'has the default of $variable in production',
    ({ variable, defaultInProduction, isRequiredInProduction }) => {
      const others = { ...production, [variable]: '' };
      if (isRequiredInProduction) expect(() => readConfig(others)).toThrow(`${variable}: found nothing`);
      else if (defaultInProduction === null) expect(() => readConfig(others)).not.toThrow();
      else expect(readConfig({ ...production, [variable]: defaultInProduction })).toEqual(readConfig(others));
    },
  );
});

test('docs/configuration.md names every secret that can be read from a file', () => {
  const spans = findCodeSpans(read('docs/configuration.md'));
  expect(listFileVariables().filter((name) => !spans.includes(name))).toEqual([]);
});

describe('the environment', () => {
  const variable = /\b[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\b/g;
  const sources = files.filter((path) => /^(apps|packages|tooling)\/.*\.(ts|js|mjs|svelte)$/.test(path));
  const inSources = sources.flatMap((path) => read(path).match(variable) ?? []);

  // Decisions may name what they reject, and the changelog what was removed.
  const pages = files.filter((path) => /^(docs\/[^/]+|README|CONTRIBUTING)\.md$/.test(path));

  test.each(pages)('%s names only variables that something reads', (page) => {
    const text = read(page);
    // Python is what others do.
    const blocks = findFences(text).filter(({ language }) => language !== 'python');
    const code = [...findCodeSpans(text), ...blocks.map((block) => block.code)].join('\n');
    const readByPage = code.split('\n').filter((line) => line.includes('process.env'));
    const known = new Set([
      ...inSources,
      ...listFileVariables(),
      ...(readByPage.join().match(variable) ?? []),
    ]);
    expect((code.match(variable) ?? []).filter((name) => !known.has(name))).toEqual([]);
  });

  test('is passed on by turbo: every variable of the configuration', () => {
    const [, list = ''] = /"globalPassThroughEnv": \[([^\]]*)\]/.exec(read('turbo.json')) ?? [];
    const passed = (list.match(/[A-Z_]+/g) ?? []).sort();
    const variables = listConfigVariables().filter((name) => name !== 'NODE_ENV');
    expect(passed).toEqual([...variables, ...listFileVariables()].sort());
  });
});
