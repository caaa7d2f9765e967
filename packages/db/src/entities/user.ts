import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { usernameSkeleton } from '../confusable-names.ts';
import { identityKey, identityKeyMaxLength } from '../identity-key.ts';

export type Role = 'user' | 'admin';

/** An account. Sign-in looks users up by the `…Key` columns, which the database keeps unique. */
export const User = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p
      .string()
      .length(36)
      .primary()
      .onCreate(() => timeOrderedUuid()),
    username: p.string().length(64),
    usernameKey: p
      .string()
      .length(identityKeyMaxLength)
      .unique()
      .hidden()
      .onCreate(({ username }: { username: string }) => identityKey(username))
      .onUpdate(({ username }: { username: string }) => identityKey(username)),
    /** The form that names have in common if they look alike. Null for a name that was imported though it looks like another. */
    usernameSkeleton: p
      .string()
      .length(identityKeyMaxLength)
      .$type<string | null>()
      .nullable()
      .unique()
      .hidden()
      .onCreate(({ username }: { username: string }) => usernameSkeleton(username))
      .onUpdate((user: { username: string; usernameSkeleton?: string | null }) =>
        user.usernameSkeleton ? usernameSkeleton(user.username) : null,
      ),
    /** The address that the user has entered. Until `emailVerifiedAt` is set, it may be another user's. */
    email: p.string().length(254).nullable(),
    /** Set for the user who owns the address: who has verified it, or got it from an administrator or an import. */
    emailKey: p
      .string()
      .length(identityKeyMaxLength)
      .$type<string | null>()
      .nullable()
      .unique()
      .hidden()
      .onCreate(computeEmailKey)
      .onUpdate(computeEmailKey),
    /** Set for a user who has entered the address and not verified it. Several users may have (docs/decisions/0004). */
    waitingEmailKey: p
      .string()
      .length(identityKeyMaxLength)
      .$type<string | null>()
      .nullable()
      .index()
      .hidden()
      .onUpdate(computeWaitingEmailKey),
    /** When the user proved that the address is theirs. */
    emailVerifiedAt: p.datetime(3).nullable(),
    /** Another address that the user has requested, until it is confirmed. Another user may own it. */
    pendingEmail: p.string().length(254).nullable(),
    passwordHash: p.string().length(255).hidden(),
    passwordChangedAt: p.datetime(3).nullable(),
    /**
     * Counts the changes that end all sessions. A sign-in that began before such a change is refused, because its session
     * would outlive the change.
     */
    credentialVersion: p.integer().default(0).hidden(),
    role: p.string().length(16).$type<Role>().default('user'),
    isActive: p.boolean().default(true),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    updatedAt: p
      .datetime(3)
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
    /** When the account is deleted, because the user requested it. */
    deleteAfter: p.datetime(3).nullable().index(),
    /** When a stolen remember token was used; shown to the user until they dismiss it. */
    tokenTheftDetectedAt: p.datetime(3).fieldName('alarmed_at').nullable(),
  },
});

type Addresses = { email?: string | null; waitingEmailKey?: string | null };

function computeEmailKey({ email, waitingEmailKey }: Addresses): string | null {
  return email && !waitingEmailKey ? identityKey(email) : null;
}

function computeWaitingEmailKey({ email, waitingEmailKey }: Addresses): string | null {
  return email && waitingEmailKey ? identityKey(email) : null;
}
