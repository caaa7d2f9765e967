import { RememberedBrowser, RememberToken } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { hexId, timeBetween } from '../random-data.ts';

const dayMs = 86_400_000;

/** Makes unused remember tokens. */
export const rememberTokenFactory = defineFactory(RememberToken, ({ faker, now, idOf }, given) => ({
  id: hexId(faker),
  createdAt: timeBetween(faker, new Date(now.getTime() - dayMs), now),
  parentId: null,
  presentedAt: null,
  rotatedAt: null,
  replacedAt: null,
  voidedAt: null,
  browser: idOf(RememberedBrowser, given.browser),
}));
