import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCommands, checkCommand } from './commands.ts';
import { findAnchors, findLinks } from './markdown.ts';
import { files, isFile, isFolder, read } from './repository.ts';

const pages = files.filter((path) => path.endsWith('.md'));

describe('every page', () => {
  test.each(pages)('%s has only links that lead somewhere', (page) => {
    const broken = findLinks(read(page)).filter((link) => !isValidLink(page, link));
    expect(broken).toEqual([]);
  });

  // The changelog may name removed commands.
  test.each(pages.filter((page) => page !== 'CHANGELOG.md'))('%s shows only commands that exist', (page) => {
    const problems = findCommands(read(page)).flatMap((command) => {
      const problem = checkCommand(command);
      return problem ? [`${command}: ${problem}`] : [];
    });
    expect(problems).toEqual([]);
  });

  test('that a source names exists', () => {
    const sources = files.filter((path) => /^(apps|packages|tooling)\/.*\.(ts|js|mjs|svelte)$/.test(path));
    const missing = sources.flatMap((source) =>
      // After a slash, `docs/` belongs to another site's address or to a package's name.
      (read(source).match(/(?<![\w/])docs\/[\w/-]+(?:\.md)?/g) ?? [])
        .filter((named) => !files.some((file) => file.startsWith(named)))
        .map((named) => `${source}: ${named}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Whether a link leads to a file or folder of the repository, and to an existing heading where it names one. */
function isValidLink(page: string, link: string): boolean {
  if (/^[a-z][a-z\d+.-]*:/i.test(link)) return true;
  const [address = '', anchor] = link.split('#');
  const path = decodeURI(address);
  const target = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path);
  const file = path === '' ? page : posix.normalize(target);
  if (anchor === undefined) return isFile(file) || isFolder(file);
  if (!isFile(file)) return false;
  return file.endsWith('.md') ? findAnchors(read(file)).includes(anchor) : /^L\d+(-L\d+)?$/.test(anchor);
}

describe('docs/decisions', () => {
  const decisions = files.filter((path) => path.startsWith('docs/decisions/'));

  test('has no gap in its numbers', () => {
    const numbers = decisions.map((path) => Number(/\/(\d{4})-[a-z\d-]+\.md$/.exec(path)?.[1]));
    expect(numbers).toEqual(decisions.map((_, index) => index + 1));
  });

  test.each(decisions)('%s has a context, a decision and consequences', (path) => {
    const headings = read(path).match(/^## .+$/gm) ?? [];
    expect(headings).toEqual(['## Context', '## Decision', '## Consequences']);
  });
});
