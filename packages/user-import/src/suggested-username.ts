/** Room for a number behind it: a user name has 64 characters at most. */
const longest = 54;

/**
 * A user name for whoever signed in by e-mail until now: what stands before the `@`, in the letters that registering
 * allows (apps/api/src/fields.ts). Always the same for the same address.
 */
export function suggestedUsername(email: string): string {
  const local = email.slice(0, email.lastIndexOf('@')).normalize('NFKC');
  const allowed = local.replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '');
  // Not half of a letter at the end.
  return allowed.slice(0, longest).replace(/\p{Cs}$/u, '') || 'user';
}
