import type { AuthEvent, AuthEvents } from '@latchkey/auth';
import type { SecurityEvents, UserRecord, UserStore } from '@latchkey/db';
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

type Needs = Pick<Services, 'auth' | 'sendMail'> & { activity: SecurityEvents; users: UserStore };

/** Records security events of accounts, and notifies the user of a stolen remember token. */
export function recordSecurityEvents({ auth: { events }, activity, users, sendMail }: Needs): void {
  for (const kind of recorded) {
    events.on(kind, async (data) => {
      const userId = findUserId(data);
      if (userId === null) return;
      const { userAgent, address } = data.client;
      await activity.add({ userId, kind, userAgent, address });
    });
  }

  events.on('remember_token_replayed', async ({ userId, client }) => {
    const at = new Date();
    await users.setTokenTheftDetectedAt(userId, at);
    await sendMail({ kind: 'remember_token_replayed', userId, data: { ...client, at: at.toISOString() } });
  });
}

function findUserId(data: AuthEvents<UserRecord>[(typeof recorded)[number]]): string | null {
  return 'user' in data ? data.user.id : data.userId;
}
