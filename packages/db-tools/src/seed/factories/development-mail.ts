import { DevelopmentMail, User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { personAt } from '../people.ts';

const dayMs = 86_400_000;

/** Makes mails in the development mailbox. */
export const developmentMailFactory = defineFactory(
  DevelopmentMail,
  ({ seedNumber, index, random, now, idOf }, given) => {
    const sentAt = given.sentAt ?? random.between(new Date(now.getTime() - dayMs), now);
    const text = given.text ?? 'Your password was changed. If it was not you, set a new one.';
    return {
      id: random.idAt(sentAt),
      sender: 'Latchkey <no-reply@localhost>',
      recipient: personAt(seedNumber, index).email,
      subject: 'Your password was changed',
      text,
      html: `<p>${text}</p>`,
      sentAt,
      user: given.user === null ? null : idOf(User, given.user),
    };
  },
);
