import type { AuthEvent, AuthEvents } from '@latchkey/auth';
import type { SecurityEvents, UserRecord, UserStore } from '@latchkey/db';
import type { Services } from './context.ts';

/** What is kept of all that happens: what a person would want to know of their account. */
const kept = [
  'signed_in',
  'signed_out',
  'login_failed',
  'confirmed',
  'remembered',
  'session_protected',
  'session_ended',
  'remember_token_replayed',
  'registered',
  'password_changed',
  'password_reset',
  'email_verified',
  'email_change_asked',
  'email_changed',
  'email_change_undone',
  'deletion_scheduled',
  'deletion_cancelled',
] as const satisfies AuthEvent[];

/** What an administrator does from the command line, which keeps it itself. */
type Administered = 'account_disabled' | 'account_enabled' | 'role_changed';

export type ActivityKind = (typeof kept)[number] | Administered;

type Needs = Pick<Services, 'auth' | 'sendMail'> & { activity: SecurityEvents; users: UserStore };

/** Keeps what happens to accounts, and tells the person where somebody else seems to be at it. */
export function keepActivity({ auth: { events }, activity, users, sendMail }: Needs): void {
  for (const kind of kept) {
    events.on(kind, async (data) => {
      const userId = userIn(data);
      if (userId === null) return;
      const { userAgent, address } = data.client;
      await activity.add({ userId, kind, userAgent, address });
    });
  }

  events.on('remember_token_replayed', async ({ userId, client }) => {
    const at = new Date();
    await users.setAlarmedAt(userId, at);
    await sendMail({ kind: 'remember_token_replayed', userId, data: { ...client, at: at.toISOString() } });
  });
}

function userIn(data: AuthEvents<UserRecord>[(typeof kept)[number]]): string | null {
  return 'user' in data ? data.user.id : data.userId;
}
