import { createOutgoingMails, createSecurityEvents, type Database } from '@latchkey/db';

/** What an administrator does to an account from here, as `/account/activity` names it. */
export type DoneToAccount =
  'password_changed' | 'account_disabled' | 'account_enabled' | 'role_changed' | 'session_ended';

/** Who did it, where the owner of the account otherwise sees a browser. */
const administrator = { userAgent: 'Administrator', address: null };

/** Keeps what was done to an account where its owner sees it; a new password is told by mail as well (threats 6, 30). */
export async function keepTrace(database: Database, userId: string, kind: DoneToAccount): Promise<void> {
  await createSecurityEvents(database).add({ userId, kind, ...administrator });
  if (kind !== 'password_changed') return;
  const data = { ...administrator, at: new Date().toISOString() };
  await createOutgoingMails(database).add({ kind, userId, data });
}
