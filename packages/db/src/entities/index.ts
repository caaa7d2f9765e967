import { DevelopmentMail } from './development-mail.ts';
import { MailedLink } from './mailed-link.ts';
import { OutgoingMail } from './outgoing-mail.ts';
import { RememberToken } from './remember-token.ts';
import { RememberedBrowser } from './remembered-browser.ts';
import { SecurityEvent } from './security-event.ts';
import { Session } from './session.ts';
import { User } from './user.ts';

export { DevelopmentMail } from './development-mail.ts';
export { MailedLink, type LinkPurpose } from './mailed-link.ts';
export { OutgoingMail } from './outgoing-mail.ts';
export { RememberToken } from './remember-token.ts';
export { RememberedBrowser } from './remembered-browser.ts';
export { SecurityEvent } from './security-event.ts';
export { Session } from './session.ts';
export { User, type Role } from './user.ts';

/** Every table of the application. */
export const entities = [
  User,
  Session,
  RememberedBrowser,
  RememberToken,
  MailedLink,
  SecurityEvent,
  OutgoingMail,
  DevelopmentMail,
];
