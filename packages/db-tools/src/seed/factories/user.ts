import { identityKey, type Role, User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { personAt } from '../people.ts';

const yearMs = 365 * 86_400_000;
const role: Role = 'user';

/** Makes active users with a verified address. Without a given hash, no password is valid. */
export const userFactory = defineFactory(User, ({ seedNumber, index, random, now }, given) => {
  const username = given.username ?? personAt(seedNumber, index).username;
  const email = given.email === undefined ? personAt(seedNumber, index).email : given.email;
  const pendingEmail = given.pendingEmail ?? null;
  const createdAt = given.createdAt ?? random.between(new Date(now.getTime() - 5 * yearMs), now);
  return {
    id: random.idAt(createdAt),
    username,
    usernameKey: identityKey(username),
    email,
    emailKey: email && identityKey(email),
    emailVerifiedAt: email === null ? null : createdAt,
    pendingEmail,
    pendingEmailKey: pendingEmail && identityKey(pendingEmail),
    passwordHash: '!',
    role,
    isActive: true,
    passwordChangedAt: null,
    deleteAfter: null,
    tokenTheftDetectedAt: null,
    createdAt,
    updatedAt: createdAt,
  };
});
