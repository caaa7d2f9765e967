import type { Database } from '../database.ts';
import { SecurityEvent } from '../entities/index.ts';
import { runSql } from '../sql/run-sql.ts';

/** Returns when each of the users has last signed in, by their ids. Users without a sign-in in the activity log are missing. */
export async function findLastSignIns(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (userIds.length === 0) return new Map();
  // Ids of events are ordered by time. Times have another form in each driver, so the ORM reads them.
  const latest = await runSql(
    database,
    `select max(id) as id from security_events where kind = 'signed_in' and user_id in (${userIds.map(() => '?').join()}) group by user_id`,
    [...userIds],
  );
  const ids = latest.map((row) => String(row['id']));
  const events = await database.em().find(SecurityEvent, { id: { $in: ids } }, { disableIdentityMap: true });
  return new Map(events.map(({ user, at }) => [user.id, at]));
}
