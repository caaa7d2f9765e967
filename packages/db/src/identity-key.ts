import { toCanonicalDomain } from './email-address.ts';

/** The length of the key columns, in characters. */
export const identityKeyMaxLength = 255;

/**
 * Returns the form of a user name or e-mail address that is compared and kept unique: compatibility-normalized and in
 * lower case, so that `Susan`, `SUSAN` and full-width `ｓｕｓａｎ` are equal (RFC 8265 §3.3). The domain of an address is in
 * ASCII, so that `x@münchen.example` and `x@xn--mnchen-3ya.example` are one mailbox.
 * It is computed here and stored, because collations of the engines differ in what they treat as equal.
 */
export function identityKey(name: string): string {
  const key = name.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
  const at = key.lastIndexOf('@');
  return at < 0 ? key : key.slice(0, at + 1) + toCanonicalDomain(key.slice(at + 1));
}
