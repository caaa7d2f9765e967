import { type LinkPurpose, MailedLink, OutgoingMail, User } from '@latchkey/db';
import { defineFactory } from '../factory.ts';
import { hexId, timeBetween } from '../random-data.ts';

const hourMs = 3_600_000;
const purpose: LinkPurpose = 'verify_email';

/** Makes links to verify an address, mailed recently and unused. */
export const mailedLinkFactory = defineFactory(MailedLink, ({ person, faker, now, idOf }, given) => ({
  id: hexId(faker),
  purpose,
  email: person().email,
  createdAt: timeBetween(faker, new Date(now.getTime() - hourMs), now),
  expiresAt: new Date(now.getTime() + 24 * hourMs),
  mail: idOf(OutgoingMail, given.mail),
  user: idOf(User, given.user),
}));
