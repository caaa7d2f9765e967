export { MailError } from './mail-error.ts';
export type { Mail, MailTransport } from './mail.ts';
export { keepingTransport } from './keeping-transport.ts';
export { smtpTransport } from './smtp-transport.ts';
export { startOutbox, type Outbox, type OutboxStore } from './outbox.ts';
export { retryDelayMs } from './retry-delay.ts';
export { accountDeleted, deletionScheduled } from './mails/account-deletion.ts';
export {
  addressChangeAsked,
  addressChanged,
  addressChangeUndone,
  confirmNewAddress,
} from './mails/address-change.ts';
export { passwordChanged, passwordWasReset, resetPassword } from './mails/passwords.ts';
export { addressTaken, verifyAddress } from './mails/registration.ts';
export { rememberTokenReplayed } from './mails/remember-token.ts';
export type { Site } from './mails/letter.ts';
export type { Trace } from './mails/trace.ts';
