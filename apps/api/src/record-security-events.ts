import type { AuthEvent, AuthEvents } from '@latchkey/auth';
import type { SecurityEvents, UserRecord } from '@latchkey/db';
import type { Services } from './services.ts';

/** The events that are recorded and that users see for their account. */
const recorded = [
  'signed_in',
  'signed_out',
  'login_failed',
  'confirmed',
  'remembered',
  'session_protected',
  'session_ended',
  'other_sessions_ended',
  'remember_token_replayed',
  'registered',
  'username_changed',
  'password_changed',
  'password_reset',
  'email_verified',
  'email_change_requested',
  'email_changed',
  'email_change_undone',
  'deletion_scheduled',
  'deletion_cancelled',
] as const satisfies AuthEvent[];

/** Changes by an administrator, which the command line records itself. */
type AdministratorChange = 'account_disabled' | 'account_enabled' | 'role_changed' | 'all_sessions_ended';

export type ActivityKind = (typeof recorded)[number] | AdministratorChange;

type Needs = Pick<Services, 'auth'> & { activity: SecurityEvents };

/** Records security events of accounts. */
export function recordSecurityEvents({ auth: { events }, activity }: Needs): void {
  for (const kind of recorded) {
    events.on(kind, async (data) => {
      const userId = findUserId(data);
      if (userId === null) return;
      const { userAgent, address } = data.client;
      await activity.add({ userId, kind, userAgent, address });
    });
  }
}

function findUserId(data: AuthEvents<UserRecord>[(typeof recorded)[number]]): string | null {
  return 'user' in data ? data.user.id : data.userId;
}
