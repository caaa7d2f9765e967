import { findEmailProblem } from '@latchkey/db';

/** The lengths of the columns, in characters. */
const maxLengths = { username: 64, email: 254 } as const;

/** Returns why a text cannot be a user name, or null. Allows spaces, which names of other systems may have. */
export function checkUsername(name: string): string | null {
  return checkText(name, maxLengths.username);
}

/** Returns why a text cannot be an e-mail address, or null. As in registration, but allows `root@localhost`. */
export function checkEmail(email: string): string | null {
  const problem = checkText(email, maxLengths.email);
  if (problem) return problem;
  switch (findEmailProblem(email, { minLabels: 1 })) {
    case null:
      return null;
    case 'invisible_characters':
      return 'has control characters or invisible characters';
    case 'too_long':
      return 'is longer than mail servers accept';
    case 'malformed':
      return 'is not an address like name@example.com';
  }
}

/** Returns why a text cannot be stored, or null: too long, damaged, or displayed as another one (RFC 8264 §9.13). */
export function checkText(text: string, maxLength: number): string | null {
  if (text.length > maxLength) return `is longer than ${maxLength} characters`;
  if (text.includes('\uFFFD') || !text.isWellFormed()) return 'is not valid UTF-8';
  return /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text)
    ? 'has control characters or invisible characters'
    : null;
}
