import type { ActivityKind } from '@latchkey/api/client';

const labels: Record<ActivityKind, string> = {
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  login_failed: 'Failed sign-in',
  confirmed: 'Password confirmed',
  remembered: 'Signed in automatically in a remembered browser',
  session_protected: 'Session used on another device: password required again',
  session_ended: 'Device signed out',
  other_sessions_ended: 'All other devices signed out',
  remember_token_replayed: 'Copied sign-in used: browser signed out',
  registered: 'Account created',
  username_changed: 'User name changed',
  password_changed: 'Password changed',
  password_reset: 'Password reset with a link sent by e-mail',
  email_verified: 'E-mail address verified',
  email_change_requested: 'E-mail address change requested',
  email_changed: 'E-mail address changed',
  email_change_undone: 'E-mail address change undone',
  deletion_scheduled: 'Account deletion scheduled',
  deletion_cancelled: 'Account deletion cancelled',
  account_disabled: 'Account disabled, all devices signed out',
  account_enabled: 'Account enabled',
  role_changed: 'Role changed',
  all_sessions_ended: 'All devices signed out',
};

const labelOfKind = new Map<string, string>([
  ...Object.entries(labels),
  // The former name, which older events have in the database.
  ['email_change_asked', labels.email_change_requested],
]);

/** The label of a security event. A kind without one, such as an application's own, is shown as it is stored. */
export function activityLabel(kind: string): string {
  return labelOfKind.get(kind) ?? kind;
}
