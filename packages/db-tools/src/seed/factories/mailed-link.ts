import { type LinkPurpose, MailedLink, OutgoingMail, User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { personAt } from '../people.ts';

const hourMs = 3_600_000;
const purpose: LinkPurpose = 'verify_email';

/** Makes links to verify an address, mailed recently and unused. */
export const mailedLinkFactory = defineFactory(
  MailedLink,
  ({ seedNumber, index, random, now, idOf }, given) => ({
    id: random.hex(64),
    purpose,
    email: personAt(seedNumber, index).email,
    createdAt: random.between(new Date(now.getTime() - hourMs), now),
    expiresAt: new Date(now.getTime() + 24 * hourMs),
    mail: idOf(OutgoingMail, given.mail),
    user: idOf(User, given.user),
  }),
);
