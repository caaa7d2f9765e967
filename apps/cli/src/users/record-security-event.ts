import { createOutgoingMails, createSecurityEvents, type Database } from '@latchkey/db';

/** The kinds of events that a command records, as `/account/activity` shows them. */
export type AdministratorEvent =
  'password_changed' | 'account_disabled' | 'account_enabled' | 'role_changed' | 'all_sessions_ended';

/** Shown in place of the browser and address. */
const administrator = { userAgent: 'Administrator', address: null };

/**
 * Records a change of an account where its owner sees it. A changed password is reported by mail as well (threats 6, 30).
 */
export async function recordSecurityEvent(
  database: Database,
  userId: string,
  kind: AdministratorEvent,
): Promise<void> {
  await createSecurityEvents(database).add({ userId, kind, ...administrator });
  if (kind !== 'password_changed') return;
  const data = { ...administrator, at: new Date().toISOString() };
  await createOutgoingMails(database).add({ kind, userId, data });
}
