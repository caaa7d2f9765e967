import { RememberedBrowser, User } from '@latchkey/db';
import { createDevice } from '../devices.ts';
import { defineFactory } from '../factory.ts';
import { createIdAt, timeBetween } from '../random-data.ts';

const dayMs = 86_400_000;

/** Makes remembered browsers that expire in weeks. */
export const rememberedBrowserFactory = defineFactory(RememberedBrowser, ({ faker, now, idOf }, given) => {
  const createdAt = given.createdAt ?? timeBetween(faker, new Date(now.getTime() - 20 * dayMs), now);
  return {
    id: createIdAt(faker, createdAt),
    createdAt,
    expiresAt: new Date(now.getTime() + 60 * dayMs),
    lastSeenAt: timeBetween(faker, createdAt, now),
    ...createDevice(faker, given),
    user: idOf(User, given.user),
  };
});
