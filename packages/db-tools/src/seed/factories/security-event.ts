import { SecurityEvent, User } from '@latchkey/db';
import { deviceBy } from '../devices.ts';
import { defineFactory } from '../factory.ts';

const dayMs = 86_400_000;

/** Weighted by how often they occur: most events are sign-ins and sign-outs. */
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

/** Makes events of the last weeks. */
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
