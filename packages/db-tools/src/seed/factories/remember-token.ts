import { RememberedBrowser, RememberToken } from '@latchkey/db';
import { defineFactory } from '../factory.ts';

const dayMs = 86_400_000;

/** Makes unused remember tokens. */
export const rememberTokenFactory = defineFactory(RememberToken, ({ random, now, idOf }, given) => ({
  id: random.hex(64),
  createdAt: random.between(new Date(now.getTime() - dayMs), now),
  rotatedAt: null,
  voidedAt: null,
  browser: idOf(RememberedBrowser, given.browser),
}));
