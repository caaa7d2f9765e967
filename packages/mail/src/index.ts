/** Account mails: what they say, how they are sent by SMTP, and how failed ones are retried. */
export { MailError } from './mail-error.ts';
export type { Mail, MailTransport } from './mail.ts';
export { createMailboxTransport } from './mailbox-transport.ts';
export { greetingName } from './greeting-name.ts';
export { createSmtpTransport } from './smtp-transport.ts';
export { startOutbox, type Outbox, type OutboxLog, type OutboxStore } from './outbox.ts';
export { accountDeleted, deletionScheduled } from './mails/account-deletion.ts';
export {
  confirmNewEmail,
  emailChanged,
  emailChangeRequested,
  emailChangeUndone,
} from './mails/email-change.ts';
export { passwordChanged, passwordWasReset, resetPassword } from './mails/passwords.ts';
export { emailTaken, verifyEmail } from './mails/registration.ts';
export { rememberTokenReplayed } from './mails/remember-token.ts';
export { usernameChanged } from './mails/username.ts';
export type { Site } from './mails/mail-layout.ts';
export type { RequestOrigin } from './mails/request-origin.ts';
