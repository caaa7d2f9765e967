import { RememberedBrowser, User } from '@latchkey/db';
import { deviceBy } from '../devices.ts';
import { defineFactory } from '../factory.ts';

const dayMs = 86_400_000;

/** Makes remembered browsers that expire in weeks. */
export const rememberedBrowserFactory = defineFactory(RememberedBrowser, ({ random, now, idOf }, given) => {
  const createdAt = given.createdAt ?? random.between(new Date(now.getTime() - 20 * dayMs), now);
  return {
    id: random.idAt(createdAt),
    createdAt,
    expiresAt: new Date(now.getTime() + 60 * dayMs),
    lastSeenAt: random.between(createdAt, now),
    ...deviceBy(random, given),
    user: idOf(User, given.user),
  };
});
