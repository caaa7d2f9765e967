import { SecurityEvent, User } from '@latchkey/db';
import { createDevice } from '../devices.ts';
import { defineFactory } from '../factory.ts';
import { createIdAt, timeBetween } from '../random-data.ts';

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
export const securityEventFactory = defineFactory(SecurityEvent, ({ faker, now, idOf }, given) => {
  const at = given.at ?? timeBetween(faker, new Date(now.getTime() - 90 * dayMs), now);
  return {
    id: createIdAt(faker, at),
    kind: faker.helpers.arrayElement(kinds),
    at,
    ...createDevice(faker, given),
    user: idOf(User, given.user),
  };
});
