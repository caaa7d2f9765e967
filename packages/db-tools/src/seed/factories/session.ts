import { Session, User } from '@latchkey/db';
import { deviceBy } from '../devices.ts';
import { defineFactory } from '../factory.ts';

const hourMs = 3_600_000;

/** Makes sessions that expire in hours. */
export const sessionFactory = defineFactory(Session, ({ random, now, idOf }, given) => {
  const createdAt = given.createdAt ?? random.between(new Date(now.getTime() - 8 * hourMs), now);
  return {
    id: random.hex(64),
    browser: null,
    expiresAt: new Date(now.getTime() + 12 * hourMs),
    createdAt,
    lastSeenAt: random.between(createdAt, now),
    freshUntil: new Date(createdAt.getTime() + hourMs / 4),
    mustRotate: false,
    replacedId: null,
    replacedAt: null,
    ...deviceBy(random, given),
    user: idOf(User, given.user),
  };
});
