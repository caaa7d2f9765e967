import { DevelopmentMail, User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { createIdAt, timeBetween } from '../random-data.ts';

const dayMs = 86_400_000;

/** Makes mails in the development mailbox. */
export const developmentMailFactory = defineFactory(
  DevelopmentMail,
  ({ person, faker, now, idOf }, given) => {
    const sentAt = given.sentAt ?? timeBetween(faker, new Date(now.getTime() - dayMs), now);
    const text = given.text ?? 'Your password was changed. If it was not you, set a new one.';
    return {
      id: createIdAt(faker, sentAt),
      sender: 'Latchkey <no-reply@localhost>',
      recipient: person().email,
      subject: 'Your password was changed',
      text,
      html: `<p>${text}</p>`,
      sentAt,
      user: given.user === null ? null : idOf(User, given.user),
    };
  },
);
