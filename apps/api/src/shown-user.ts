import type { UserRecord } from '@latchkey/db';

/** What the person and their browser may see of a user: never the hash. */
export function shown({ id, username, email, pendingEmail, emailVerifiedAt, role }: UserRecord) {
  return {
    id,
    username,
    /** What they gave. It looks the same while it may still be somebody else's (docs/decisions/0004). */
    email: email ?? pendingEmail ?? '',
    isEmailVerified: emailVerifiedAt !== null,
    /** The address that is to take its place, once it is confirmed. */
    newEmail: email && pendingEmail,
    role,
  };
}
