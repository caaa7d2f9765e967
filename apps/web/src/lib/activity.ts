import type { ActivityKind } from '@latchkey/api/client';

/** What happened to an account, in words. */
const sentences: Record<ActivityKind, string> = {
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  login_failed: 'A wrong password was tried',
  confirmed: 'The password was confirmed',
  remembered: 'A remembered browser came back',
  session_protected: 'A session was used by another device, and has to confirm the password',
  session_ended: 'Devices were signed out',
  remember_token_replayed: 'A copy of a remembered sign-in was used, so that browser was signed out',
  registered: 'The account was created',
  password_changed: 'The password was changed',
  password_reset: 'A new password was chosen by a link in a mail',
  email_verified: 'The e-mail address was verified',
  email_change_asked: 'A new e-mail address was asked for',
  email_changed: 'The e-mail address was changed',
  email_change_undone: 'A change of the e-mail address was taken back',
  deletion_scheduled: 'The account was to be deleted',
  deletion_cancelled: 'The account was kept',
  account_disabled: 'Signing in was forbidden, and every device signed out',
  account_enabled: 'Signing in was allowed again',
  role_changed: 'What the account may do was changed',
};

export function activityInWords(kind: string): string {
  return kind in sentences ? sentences[kind as ActivityKind] : kind;
}
