import { Session, User } from '@latchkey/db';
import { createDevice } from '../devices.ts';
import { defineFactory } from '../factory.ts';
import { hexId, timeBetween } from '../random-data.ts';

const hourMs = 3_600_000;

/** Makes sessions that expire in hours. */
export const sessionFactory = defineFactory(Session, ({ faker, now, idOf }, given) => {
  const createdAt = given.createdAt ?? timeBetween(faker, new Date(now.getTime() - 8 * hourMs), now);
  return {
    id: hexId(faker),
    browser: null,
    expiresAt: new Date(now.getTime() + 12 * hourMs),
    createdAt,
    lastSeenAt: timeBetween(faker, createdAt, now),
    freshUntil: new Date(createdAt.getTime() + hourMs / 4),
    mustRotate: false,
    replacedId: null,
    replacedAt: null,
    unprovenTokenId: null,
    ...createDevice(faker, given),
    user: idOf(User, given.user),
  };
});
