import { SecurityEvent, User } from '@latchkey/db';
import { deviceBy } from '../devices.ts';
import { defineFactory } from '../factory.ts';

const dayMs = 86_400_000;

/** As often as they happen: most people only come and go. */
const kinds = [
  'signed_in',
  'signed_in',
  'signed_in',
  'signed_in',
  'signed_out',
  'signed_out',
  'login_failed',
  'confirmed',
  'remembered',
  'password_changed',
] as const;

/** Something that happened to an account in the last weeks. */
export const securityEventFactory = defineFactory(SecurityEvent, ({ random, now, idOf }, given) => {
  const at = given.at ?? random.between(new Date(now.getTime() - 90 * dayMs), now);
  return {
    id: random.idAt(at),
    kind: random.pick(kinds),
    at,
    ...deviceBy(random, given),
    user: idOf(User, given.user),
  };
});
