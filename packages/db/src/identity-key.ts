/** What the columns of keys hold, in characters. */
export const longestIdentityKey = 255;

/**
 * The form in which user names and e-mail addresses are compared, and in which the database keeps them unique:
 * compatibility-normalised and in lower case, so that `Susan`, `SUSAN` and full-width `ｓｕｓａｎ` are one.
 * Made here and stored, since engines and collations each have their own idea of case (RFC 8265 §3.3).
 */
export function identityKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}
