import type { UserRecord } from '@latchkey/db';

/**
 * The fields of a user that the user may see: never the hash. This list is written by hand, so that a new column leaves the
 * server only when someone has decided so. A column for a page is added here, and its type reaches the page by itself.
 */
export function publicUser({ id, username, email, pendingEmail, emailVerifiedAt, role }: UserRecord) {
  return {
    id,
    username,
    /** The address that the user has entered, also while it may belong to another account (docs/decisions/0004). */
    email: email ?? '',
    isEmailVerified: emailVerifiedAt !== null,
    /** The address that replaces it once it is confirmed. */
    newEmail: pendingEmail,
    role,
  };
}
