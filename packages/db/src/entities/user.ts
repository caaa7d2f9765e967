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
    /** An address asked for that is somebody else's: kept, and good for nothing (docs/decisions/0004). */
    pendingEmail: p.string().length(254).nullable(),
    passwordHash: p.string().length(255).hidden(),
    role: p.string().length(16).$type<Role>().default('user'),
    isActive: p.boolean().default(true),
    createdAt: p.datetime(3).onCreate(() => new Date()),
    updatedAt: p
      .datetime(3)
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});
