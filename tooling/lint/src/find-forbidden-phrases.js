import { FORBIDDEN_PHRASES } from './forbidden-phrases.js';

/** White space between two words, and what begins the next line of a comment or a quotation. */
const GAP = '(?: +|\\s*\\n\\s*(?:(?:\\*|//|#|>|-->)\\s*)?)';

const rules = FORBIDDEN_PHRASES.map(({ pattern, instead, isCaseSensitive = false }) => ({
  expression: new RegExp(
    `(?<![\\w-])(?:${pattern.replaceAll(' ', GAP)})(?![\\w-])`,
    isCaseSensitive ? 'g' : 'gi',
  ),
  instead,
}));

/**
 * Finds the phrases of forbidden-phrases.js in a text.
 *
 * @param {string} text
 * @returns {{ phrase: string, instead: string, line: number, column: number }[]} in the order of the text, counted from 1
 */
export function findForbiddenPhrases(text) {
  return rules
    .flatMap(({ expression, instead }) =>
      [...text.matchAll(expression)].map(({ 0: phrase, index }) => {
        const before = text.slice(0, index).split('\n');
        return {
          phrase: phrase.replace(/\s*\n\s*(?:(?:\*|\/\/|#|>)\s*)?/g, ' '),
          instead,
          line: before.length,
          column: (before.at(-1) ?? '').length + 1,
        };
      }),
    )
    .sort((one, other) => one.line - other.line || one.column - other.column);
}
