import { posix } from 'node:path';
import { namedTests } from './named-tests.ts';

/** The pages that number requirements, and the letters that the tests write before the numbers. */
export const pagesWithRequirements = [
  { page: 'docs/security.md', letters: ['T'] },
  { page: 'docs/coming-from-flask.md', letters: ['L', 'M'] },
] as const;

/** Between these lines of a page stands its table. */
const begin = '<!-- requirements: written by `pnpm --filter @latchkey/docs requirements` -->';
const end = '<!-- end of requirements -->';

/** A page with its table of requirements and tests brought up to date. @throws Error when it has no place for one */
export function withRequirements(page: string, text: string, letters: readonly string[]): string {
  const [before, rest] = text.split(`${begin}\n`);
  const [, after] = rest?.split(`${end}\n`) ?? [];
  if (before === undefined || after === undefined) throw new Error(`${page} has no lines for its table.`);
  return `${before}${begin}\n\n${tableOf(page, letters)}\n${end}\n${after}`;
}

function tableOf(page: string, letters: readonly string[]): string {
  const rows = namedTests()
    .flatMap(({ path, name, requirements }) =>
      requirements.map((requirement) => ({ path, name, requirement })),
    )
    .filter(({ requirement }) => letters.includes(requirement.charAt(0)))
    .sort((a, b) => byNumber(a.requirement, b.requirement));
  const lines = rows.map(({ path, name, requirement }) => {
    const link = posix.relative(posix.dirname(page), path);
    return `| ${requirement} | ${escaped(name)} | [${posix.basename(path)}](${link}) |`;
  });
  const table = ['| | Test | File |', '| --- | --- | --- |', ...lines].join('\n');
  return `<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n`;
}

/** L2 before L10, and both before M1. Tests of one requirement keep their order. */
const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** What Markdown would read as markup is shown as it is. */
const escaped = (text: string) => text.replace(/[|<>*_`[\]\\]/g, '\\$&').replaceAll('\n', ' ');
