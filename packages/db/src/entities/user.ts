import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { identityKey, longestIdentityKey } from '../identity-key.ts';

export type Role = 'user' | 'admin';

/** Who has an account. The `…Key` columns are what sign-in looks up and what the database keeps unique. */
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
      .length(longestIdentityKey)
      .unique()
      .hidden()
      .onCreate(({ username }: { username: string }) => identityKey(username))
      .onUpdate(({ username }: { username: string }) => identityKey(username)),
    email: p.string().length(254).nullable(),
    emailKey: p
      .string()
      .length(longestIdentityKey)
      .$type<string | null>()
      .nullable()
      .unique()
      .hidden()
      .onCreate(({ email }: { email?: string | null }) => (email ? identityKey(email) : null))
      .onUpdate(({ email }: { email?: string | null }) => (email ? identityKey(email) : null)),
    /** Since when it is known that the address is the person's. */
    emailVerifiedAt: p.datetime(3).nullable(),
    /** An address asked for and not confirmed: it may be somebody else's (docs/decisions/0004). */
    pendingEmail: p.string().length(254).nullable(),
    pendingEmailKey: p
      .string()
      .length(longestIdentityKey)
      .$type<string | null>()
      .nullable()
      .index()
      .hidden()
      .onCreate(({ pendingEmail }: { pendingEmail?: string | null }) =>
        pendingEmail ? identityKey(pendingEmail) : null,
      )
      .onUpdate(({ pendingEmail }: { pendingEmail?: string | null }) =>
        pendingEmail ? identityKey(pendingEmail) : null,
      ),
    passwordHash: p.string().length(255).hidden(),
    role: p.string().length(16).$type<Role>().default('user'),
    isActive: p.boolean().default(true),
    passwordChangedAt: p.datetime(3).nullable(),
    /** When the account goes, because the person wants it gone. */
    deleteAfter: p.datetime(3).nullable().index(),
    /** When a copied remember token came to light; shown until the person has seen it. */
    alarmedAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    updatedAt: p
      .datetime(3)
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});
