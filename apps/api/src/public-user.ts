import type { UserRecord } from '@latchkey/db';

/** The fields of a user that the user may see: never the hash. */
export function publicUser({ id, username, email, pendingEmail, emailVerifiedAt, role }: UserRecord) {
  return {
    id,
    username,
    /** The address that the user has entered, also while it may belong to another account (docs/decisions/0004). */
    email: email ?? pendingEmail ?? '',
    isEmailVerified: emailVerifiedAt !== null,
    /** The address that replaces it once it is confirmed. */
    newEmail: email && pendingEmail,
    role,
  };
}
