/** Leaves room for a number: a user name has at most 64 characters. */
const maxLength = 54;

/**
 * Derives a user name from the local part of an e-mail address, with the characters that registration allows
 * (apps/api/src/fields.ts). The same address always gives the same name.
 */
export function suggestUsername(email: string): string {
  const local = email.slice(0, email.lastIndexOf('@')).normalize('NFKC');
  const allowed = local.replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '');
  // The cut may leave half of a surrogate pair.
  return allowed.slice(0, maxLength).replace(/\p{Cs}$/u, '') || 'user';
}
