import { describe, expect, test } from 'vitest';
import { findCodeSpans, findSection } from './markdown.ts';
import { files, read } from './repository.ts';

const declaration = read('packages/auth/src/events.ts');
const [, members = ''] = /^export type AuthEvents\b[^{]*\{([^]*?)^\};/m.exec(declaration) ?? [];
const declared = [...members.matchAll(/^ {2}(\w+): /gm)].map(([, name = '']) => name).sort();

const findNames = (text: string) => [...text.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);

describe('the events of packages/auth/src/events.ts', () => {
  test('are each emitted by a source', () => {
    const sources = files.filter((path) => /^(apps|packages)\/.*(?<!\.test)\.ts$/.test(path));
    const emitted = sources.flatMap((path) =>
      // The name, or the names of a condition, up to the data.
      [...read(path).matchAll(/\bemit\(([^{}]*?)[,)]/g)].flatMap(([, name = '']) => findNames(name)),
    );
    expect(declared.length).toBeGreaterThan(10);
    expect([...new Set(emitted)].sort()).toEqual(declared);
  });

  test('are the ones that docs/hooks.md lists', () => {
    const rows = findSection(read('docs/hooks.md'), 'Events')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|')[1] ?? '');
    expect(rows.flatMap(findCodeSpans).sort()).toEqual(declared);
  });
});
