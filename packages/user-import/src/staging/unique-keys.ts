import { identityKey, identityKeyMaxLength } from '@latchkey/db';
import type { ImportedUser } from '../import-row.ts';

/** The keys that no two users share, in the order of `Keys`. */
export const uniqueKeys = [
  { column: 'id', label: 'id' },
  { column: 'username_key', label: 'user name' },
  { column: 'email_key', label: 'e-mail address' },
] as const;

export type Keys = readonly [id: string | null, usernameKey: string | null, emailKey: string | null];

/** Derives the keys of a user. */
export const getKeys = ({ id, username, isUsernameGenerated, email }: ImportedUser): Keys => [
  id,
  isUsernameGenerated ? null : identityKey(username),
  email === null ? null : identityKey(email),
];

/**
 * Checks that the keys fit. NFKC expands some characters, so a short name may have a long key, and turns a name of spaces into an empty key.
 * @returns the problem, or null
 */
export function checkKeys([, usernameKey, emailKey]: Keys, { pendingEmail }: ImportedUser): string | null {
  const fits = (key: string | null) => key === null || (key !== '' && key.length <= identityKeyMaxLength);
  if (!fits(usernameKey)) return 'user name is too long after NFKC normalization';
  const areEmails = fits(emailKey) && fits(pendingEmail && identityKey(pendingEmail));
  return areEmails ? null : 'e-mail address is too long after NFKC normalization';
}
