import { User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { personAt } from '../people.ts';

const yearMs = 365 * 86_400_000;

/** Makes active users with a verified address. Without a given hash, no password is valid. */
export const userFactory = defineFactory(User, ({ seedNumber, index, random, now }, given) => {
  const username = given.username ?? personAt(seedNumber, index).username;
  const email = given.email === undefined ? personAt(seedNumber, index).email : given.email;
  const createdAt = given.createdAt ?? random.between(new Date(now.getTime() - 5 * yearMs), now);
  return {
    id: random.idAt(createdAt),
    username,
    email,
    emailVerifiedAt: email === null ? null : createdAt,
    passwordHash: '!',
    createdAt,
    updatedAt: createdAt,
  };
});
