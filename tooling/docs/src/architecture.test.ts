import { describe, expect, test } from 'vitest';
import { findBlocks, findCodeSpans, findFences, findSection, tableOf } from './markdown.ts';
import { findFunctions, hasName, looksLikePath } from './named-functions.ts';
import { files, isFile, isFolder, readManifest, read, workspaces } from './repository.ts';

const architecture = read('docs/architecture.md');

describe('docs/architecture.md', () => {
  test('names only paths that exist', () => {
    const drawn = findFences(architecture).flatMap(
      ({ code }) => code.match(/[\w.@()+/-]*\/[\w.@()+/-]*/g) ?? [],
    );
    const named = [...findCodeSpans(architecture), ...drawn].filter(looksLikePath);
    expect(named.filter((path) => !isFile(path) && !isFolder(path))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test('names each function beside a file that has it', () => {
    const missing = findBlocks(architecture)
      .flatMap(findFunctions)
      .filter(({ path, name }) => !hasName(path, name));
    expect(missing).toEqual([]);
  });

  test('follows a sign-in in at most ten steps that each name a file and a function', () => {
    const steps = findBlocks(findSection(architecture, 'One sign-in, step by step')).filter((block) =>
      /^\d+\. /.test(block),
    );
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.length).toBeLessThanOrEqual(10);
    expect(steps.filter((step) => findFunctions(step).length === 0)).toEqual([]);
  });

  test('names ten files to read first', () => {
    const files = findCodeSpans(findSection(architecture, 'Read these ten files first')).filter(
      looksLikePath,
    );
    expect(files).toHaveLength(10);
  });

  test('lists the dependencies of each workspace as its package.json does', () => {
    const documented = tableOf(findSection(architecture, 'The workspaces')).map(
      ([workspace = '', , knows = '']) => {
        return [findCodeSpans(workspace)[0] ?? '', findCodeSpans(knows).sort()];
      },
    );
    const declared = workspaces.map((workspace) => {
      const names = Object.keys(readManifest(workspace).dependencies ?? {}).filter((name) =>
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
      const dependencies = readManifest(workspace).dependencies ?? {};
      return '@latchkey/config' in dependencies || '@latchkey/http' in dependencies;
    });
    expect(drawn.trim().split(', ').sort()).toEqual(importing.toSorted());
  });

  test('names each folder of packages/db/src', () => {
    const paragraph = findBlocks(architecture).find((block) =>
      block.startsWith('The folders of `packages/db/src`'),
    );
    const [folder, ...named] = findCodeSpans(paragraph ?? '');
    const existing = files.flatMap((path) => /^packages\/db\/src\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([folder, ...named.sort()]).toEqual(['packages/db/src', ...[...new Set(existing)].sort()]);
  });
});
