/** Lengths in characters as people count them. NIST SP 800-63B-4 §3.1.1.2: 15 where a password is the only factor. */
export const passwordLength = { least: 15, most: 256 } as const;

/**
 * Whether a new password may be chosen. No rules on composition (NIST SP 800-63B-4 §3.1.1.2): length is what counts.
 * @param context words that an attacker knows too: user name, e-mail address
 * @returns a sentence that says what to do, or null when the password is fine
 */
export function passwordProblem(password: string, context: readonly string[]): string | null {
  // A code point is a character (NIST SP 800-63B-4 §3.1.1.2).
  const { length } = Array.from(password.normalize('NFKC'));
  if (length < passwordLength.least) {
    return `That has ${length} characters. Use at least ${passwordLength.least}: a few words will do.`;
  }
  if (length > passwordLength.most) return `Use at most ${passwordLength.most} characters.`;
  if (new Set(password).size < 5) return 'Use more than a few different characters.';

  const folded = password.toLowerCase();
  const isContext = context.some(
    (word) => word !== '' && folded.replaceAll(word.toLowerCase(), '').length < 6,
  );
  return isContext ? 'Use something other than your user name or e-mail address.' : null;
}
