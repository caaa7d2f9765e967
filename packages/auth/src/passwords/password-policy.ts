import { readStrength } from './password-strength.ts';

/** Lengths in characters as people count them. NIST SP 800-63B-4 §3.1.1.2: 15 where a password is the only factor. */
export const passwordLength = { least: 15, most: 256 } as const;

/**
 * Whether a new password may be chosen. No rules on composition (NIST SP 800-63B-4 §3.1.1.2): length is what counts, and
 * that it is not what others try first.
 * @param context words that an attacker knows too: user name, e-mail address, the site's name and where it is
 * @param least the fewest characters
 * @returns a sentence that says what to do, or null when the password is fine
 */
export async function passwordProblem(
  password: string,
  context: readonly string[],
  least: number = passwordLength.least,
): Promise<string | null> {
  const normalised = password.normalize('NFKC');
  const length = countCharacters(normalised);
  // One that is typed may become many: what somebody has to think of counts as well.
  const fewest = Math.min(length, countCharacters(password));
  if (fewest < least) {
    const characters = fewest === 1 ? '1 character' : `${fewest} characters`;
    return `That has ${characters}. Use at least ${least}: a few words will do.`;
  }
  if (length > passwordLength.most) return `Use at most ${passwordLength.most} characters.`;

  const folded = normalised.toLowerCase();
  const words = context.map((word) => word.normalize('NFKC').toLowerCase()).filter((word) => word.length > 2);
  if (words.some((word) => folded.replaceAll(word, '').length < 6)) {
    return 'Use something other than your user name, your e-mail address, or the name of this site.';
  }
  const { isGuessable } = await readStrength(normalised, words);
  return isGuessable
    ? 'That is among the first that somebody would try. A few words that do not belong together are better.'
    : null;
}

/** A code point is a character (NIST SP 800-63B-4 §3.1.1.2). */
const countCharacters = (text: string): number => Array.from(text).length;
