import { describe, expect, test } from 'vitest';
import { namedTests } from './named-tests.ts';
import { read } from './repository.ts';
import { pagesWithRequirements, withRequirements } from './requirements.ts';

describe.each(pagesWithRequirements)('the requirements of $page', ({ page, letters }) => {
  const text = read(page);
  const shown = new Set(namedTests().flatMap(({ requirements }) => requirements));
  const ofThisPage = [...shown].filter((requirement) =>
    letters.some((letter) => requirement.startsWith(letter)),
  );

  test('are listed with their tests; the script `requirements` writes the list', () => {
    expect(text).toBe(withRequirements(page, text, letters));
  });

  test('are named in brackets only where the page has them', () => {
    const numbered = findRequirementNumbers(text);
    expect(ofThisPage.filter((requirement) => !numbered.includes(requirement))).toEqual([]);
  });

  test('each have a test, unless the page says so', () => {
    const untested = findRequirementNumbers(text).filter((requirement) => !shown.has(requirement));
    expect(untested).toEqual(page === 'docs/security.md' ? ['T36'] : ['M1', 'M13']);
  });
});

/** `- **T1** …` in a list, `### L1: …` as a heading, and `| M1 | …` in a table by hand. */
function findRequirementNumbers(page: string): string[] {
  const [byHand = ''] = page.split('<!-- requirements');
  const found = byHand.matchAll(/^(?:- \*\*|### |\| )([TLM]\d+)(?:\*\*|:| +\|)/gm);
  return [...found].map(([, requirement = '']) => requirement);
}
