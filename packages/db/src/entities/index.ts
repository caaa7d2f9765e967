export { DevelopmentMail } from './development-mail.ts';
export { MailedLink, type LinkPurpose } from './mailed-link.ts';
export { OutgoingMail } from './outgoing-mail.ts';
export { RememberedBrowser } from './remembered-browser.ts';
export { RememberToken } from './remember-token.ts';
export { SecurityEvent } from './security-event.ts';
export { Session } from './session.ts';
export { User, type Role } from './user.ts';
