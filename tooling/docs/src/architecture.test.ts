import { describe, expect, test } from 'vitest';
import { blocksOf, codeSpansOf, fencesOf, sectionOf, tableOf } from './markdown.ts';
import { functionsOf, hasName, looksLikePath } from './named-functions.ts';
import { files, isFile, isFolder, manifestOf, read, workspaces } from './repository.ts';

const architecture = read('docs/architecture.md');

describe('docs/architecture.md', () => {
  test('names only paths that exist', () => {
    const drawn = fencesOf(architecture).flatMap(
      ({ code }) => code.match(/[\w.@()+/-]*\/[\w.@()+/-]*/g) ?? [],
    );
    const named = [...codeSpansOf(architecture), ...drawn].filter(looksLikePath);
    expect(named.filter((path) => !isFile(path) && !isFolder(path))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test('names each function beside a file that has it', () => {
    const missing = blocksOf(architecture)
      .flatMap(functionsOf)
      .filter(({ path, name }) => !hasName(path, name));
    expect(missing).toEqual([]);
  });

  test('follows a sign-in in at most ten steps that each name a file and a function', () => {
    const steps = blocksOf(sectionOf(architecture, 'One sign-in, step by step')).filter((block) =>
      /^\d+\. /.test(block),
    );
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.length).toBeLessThanOrEqual(10);
    expect(steps.filter((step) => functionsOf(step).length === 0)).toEqual([]);
  });

  test('names ten files to read first', () => {
    const files = codeSpansOf(sectionOf(architecture, 'Read these ten files first')).filter(looksLikePath);
    expect(files).toHaveLength(10);
  });

  test('lists the dependencies of each workspace as its package.json does', () => {
    const documented = tableOf(sectionOf(architecture, 'The workspaces')).map(
      ([workspace = '', , knows = '']) => {
        return [codeSpansOf(workspace)[0] ?? '', codeSpansOf(knows).sort()];
      },
    );
    const declared = workspaces.map((workspace) => {
      const names = Object.keys(manifestOf(workspace).dependencies ?? {}).filter((name) =>
        name.startsWith('@latchkey/'),
      );
      return [workspace, names.map((name) => name.replace('@latchkey/', '')).sort()];
    });
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared));
  });

  test('draws which workspaces import config and http', () => {
    const [line = ''] = /^.*packages\/config, packages\/http$/m.exec(architecture) ?? [];
    const [drawn = ''] = line.split('►');
    const importing = workspaces.filter((workspace) => {
      const dependencies = manifestOf(workspace).dependencies ?? {};
      return '@latchkey/config' in dependencies || '@latchkey/http' in dependencies;
    });
    expect(drawn.trim().split(', ').sort()).toEqual(importing.toSorted());
  });

  test('names each folder of packages/db/src', () => {
    const paragraph = blocksOf(architecture).find((block) =>
      block.startsWith('The folders of `packages/db/src`'),
    );
    const [folder, ...named] = codeSpansOf(paragraph ?? '');
    const existing = files.flatMap((path) => /^packages\/db\/src\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([folder, ...named.sort()]).toEqual(['packages/db/src', ...[...new Set(existing)].sort()]);
  });
});
