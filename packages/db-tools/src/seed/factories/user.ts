import { User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { createIdAt, timeBetween } from '../random-data.ts';

const yearMs = 365 * 86_400_000;

/** Makes active users with a verified address. Without a given hash, no password is valid. */
export const userFactory = defineFactory(User, ({ person, faker, now }, given) => {
  const { username, email } = { ...person(), ...given };
  const createdAt = given.createdAt ?? timeBetween(faker, new Date(now.getTime() - 5 * yearMs), now);
  return {
    id: createIdAt(faker, createdAt),
    username,
    email,
    emailVerifiedAt: email === null ? null : createdAt,
    passwordHash: '!',
    createdAt,
    updatedAt: createdAt,
  };
});
