import { readStrength, type StrengthLimits } from './password-strength.ts';

/** Lengths in code points. NIST SP 800-63B-4 §3.1.1.2: 15 where a password is the only factor. */
export const passwordLength = { min: 15, max: 256 } as const;

/**
 * Checks a new password against the policy: length, and no password that is easy to guess. No rules on composition
 * (NIST SP 800-63B-4 §3.1.1.2).
 * @param context words that an attacker also knows: user name, e-mail address, the site's name and host
 * @returns a sentence that explains what to change, or null when the password is accepted
 * @throws BusyError when too many passwords wait to be checked
 */
export async function passwordProblem(
  password: string,
  context: readonly string[],
  minLength: number = passwordLength.min,
  limits?: StrengthLimits,
): Promise<string | null> {
  const problem = simplePasswordProblem(password, context, minLength);
  if (problem) return problem;
  switch (await readStrength(password.normalize('NFKC'), normalizeWords(context), limits)) {
    case 'guessable':
      return 'That is easy to guess. Use a few words that do not belong together.';
    case 'unknown':
      return 'That takes too long to check. Use a few words, with fewer symbols in place of letters.';
    case 'strong':
      return null;
  }
}

/** The part of the check that takes no time: all of it but the estimate of the strength. */
export function simplePasswordProblem(
  password: string,
  context: readonly string[],
  minLength: number = passwordLength.min,
): string | null {
  const normalized = password.normalize('NFKC');
  const length = countCharacters(normalized);
  // Normalization can turn one typed character into many, which does not make it harder to guess.
  const typedLength = Math.min(length, countCharacters(password));
  if (typedLength < minLength) {
    const characters = typedLength === 1 ? '1 character' : `${typedLength} characters`;
    return `That has ${characters}. Use at least ${minLength}: a few words will do.`;
  }
  if (length > passwordLength.max) return `Use at most ${passwordLength.max} characters.`;

  const folded = normalized.toLowerCase();
  if (normalizeWords(context).some((word) => folded.replaceAll(word, '').length < 6)) {
    return 'Use something other than your user name, your e-mail address, or the name of this site.';
  }
  return null;
}

const normalizeWords = (context: readonly string[]) =>
  context.map((word) => word.normalize('NFKC').toLowerCase()).filter((word) => word.length > 2);

/** A code point is a character (NIST SP 800-63B-4 §3.1.1.2). */
const countCharacters = (text: string): number => Array.from(text).length;
