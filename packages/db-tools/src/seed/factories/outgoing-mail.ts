import { OutgoingMail, User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { createIdAt, timeBetween } from '../random-data.ts';

const hourMs = 3_600_000;

/** Makes mails that are due. */
export const outgoingMailFactory = defineFactory(OutgoingMail, ({ faker, now, idOf }, given) => {
  const createdAt = given.createdAt ?? timeBetween(faker, new Date(now.getTime() - hourMs), now);
  return {
    id: createIdAt(faker, createdAt),
    kind: 'password_changed',
    data: JSON.stringify({ device: 'Firefox on Linux', address: '192.0.2.1', at: createdAt.toISOString() }),
    createdAt,
    attempts: 0,
    nextAttemptAt: createdAt,
    lastProblem: null,
    user: given.user === null ? null : idOf(User, given.user),
  };
});
