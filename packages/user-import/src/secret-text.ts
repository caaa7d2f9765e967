/**
 * Whether a text may be a hash, a salt or a token. Files can have any value in any column: without a header line, with another
 * separator, or with a wrong `--map`, the values of one column are read as another. So such a text is never shown.
 */
export function mayBeSecret(text: string): boolean {
  return text.includes('$') || text.split(/[\s@_]+/).some(isRandom);
}

function isRandom(word: string): boolean {
  if (word.length > 40 || /=$/.test(word)) return true;
  if (/^[\da-f-]{16,}$/i.test(word) && /\d/.test(word)) return true;
  const isCamelCase = /^[A-Z]?[a-z]{2,}([A-Z][a-z]+)*\d{0,4}$/.test(word);
  return word.length >= 12 && !isCamelCase && countChanges(word) >= Math.max(4, word.length * 0.18);
}

/** How often the kind of character changes. A capital at the beginning of a word, as in camelCase, counts once. */
function countChanges(word: string): number {
  const kinds = Array.from(word, (character) =>
    /\p{Ll}/u.test(character) ? 'a' : /\p{Lu}/u.test(character) ? 'A' : /\d/.test(character) ? '9' : '.',
  );
  return kinds.filter((kind, index) => {
    const before = kinds[index - 1] ?? kind;
    return kind !== before && kind !== '.' && !(before === 'A' && kind === 'a');
  }).length;
}

/** The user name or e-mail address of a bad row, for a terminal; null if it may be another value. */
export function loginForDisplay(login: string | null): string | null {
  if (!login || mayBeSecret(login)) return null;
  // A terminal would interpret control characters.
  return login.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD').slice(0, 64);
}

/** The name of a column, for a report. A name that is not like that of a column is replaced by its position. */
export function columnForDisplay(name: string, index: number): string {
  const isName = /^[\p{L}_][\p{L}\p{M}\p{N} _.\-/#?()]{0,63}$/u.test(name);
  return isName && !mayBeSecret(name) ? name : `column ${index + 1}`;
}
