/** The length of the key columns, in characters. */
export const identityKeyMaxLength = 255;

/**
 * Returns the form of a user name or e-mail address that is compared and kept unique: compatibility-normalized and in
 * lower case, so that `Susan`, `SUSAN` and full-width `ｓｕｓａｎ` are equal (RFC 8265 §3.3).
 * It is computed here and stored, because collations of the engines differ in what they treat as equal.
 */
export function identityKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}
